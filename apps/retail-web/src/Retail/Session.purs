-- | Who is logged in, remembered for the time when the server does not answer.
module Retail.Session (findMe, remember, logOut) where

import Prelude

import Data.Either (Either(..))
import Data.Maybe (Maybe(..))
import Effect.Class (class MonadEffect, liftEffect)
import Retail.Api.Codec (meCodec)
import Retail.Api.Request as Request
import Retail.Api.Types (Me)
import Retail.Capability.Api (class MonadApi, ask)
import Retail.Capability.Shared (class MonadShared, share)
import Retail.Data.Fault (Fault(..))
import Retail.Data.Local (readLocal, removeLocal, writeLocal)

findMe :: forall m. MonadEffect m => MonadApi m => MonadShared m => m Unit
findMe = do
  answer <- ask Request.me
  case answer of
    Right me -> share _ { me = Just me }
    Left NoAnswer -> do
      remembered <- liftEffect (readLocal meCodec "me")
      share _ { me = remembered }
    Left _ -> liftEffect (removeLocal "me")

remember :: forall m. MonadEffect m => Me -> m Unit
remember = liftEffect <<< writeLocal meCodec "me"

logOut :: forall m. MonadEffect m => MonadApi m => MonadShared m => m Unit
logOut = do
  void (ask Request.logOut)
  liftEffect (removeLocal "me")
  share _ { me = Nothing, drawer = Nothing }
