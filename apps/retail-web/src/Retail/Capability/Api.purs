-- | Asking the server.
module Retail.Capability.Api (class MonadApi, send, ask) where

import Prelude

import Control.Monad.Trans.Class (lift)
import Data.Either (Either)
import Effect.Class (class MonadEffect, liftEffect)
import Halogen (HalogenM)
import Retail.Api.Request (Request)
import Retail.Data.Fault (Fault)
import Retail.Data.Uuid (freshUuid)

class Monad m <= MonadApi m where
  -- | The first argument is the idempotency key, used where the request wants one.
  send :: forall answer. String -> Request answer -> m (Either Fault answer)

instance MonadApi m => MonadApi (HalogenM state action slots output m) where
  send key = lift <<< send key

-- | With a key of its own: for what nobody will send again.
ask :: forall m answer. MonadApi m => MonadEffect m => Request answer -> m (Either Fault answer)
ask request = do
  key <- liftEffect freshUuid
  send key request
