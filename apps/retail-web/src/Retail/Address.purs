-- | Pages and what stands behind the `#` of the browser's address.
module Retail.Address (href, routeAt, watchAddress) where

import Prelude

import Data.Array (find)
import Data.Foldable (for_)
import Data.Maybe (Maybe, fromMaybe)
import Data.String (Pattern(..), stripPrefix)
import Effect.Class (class MonadEffect, liftEffect)
import Halogen.Subscription (Emitter, create, notify)
import Routing.Hash (hashes)

href :: String -> String
href path = "#/" <> path

routeAt :: forall route. (route -> String) -> Array route -> String -> Maybe route
routeAt path routes hash = find (\route -> path route == fromMaybe hash (stripPrefix (Pattern "/") hash)) routes

-- | The page of now, and each that is gone to. What is no page changes nothing.
watchAddress :: forall m route. MonadEffect m => (route -> String) -> Array route -> (Emitter route -> m Unit) -> m Unit
watchAddress path routes subscribe = do
  { emitter, listener } <- liftEffect create
  subscribe emitter
  void (liftEffect (hashes \_ hash -> for_ (routeAt path routes hash) (notify listener)))
