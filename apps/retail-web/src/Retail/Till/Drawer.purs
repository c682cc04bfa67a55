-- | Which drawer this browser sells into, remembered so that a reload does not lose it.
module Retail.Till.Drawer (openDrawer, leaveDrawer, findDrawer, openedHere) where

import Prelude

import Data.Array (nub, take)
import Data.Codec.Argonaut (array)
import Data.Either (Either(..))
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe)
import Effect (Effect)
import Effect.Class (class MonadEffect, liftEffect)
import Retail.Api.Codec (tillSessionIdCodec)
import Retail.Api.Request as Request
import Retail.Api.Types (Me, SessionState(..), TillSessionId)
import Retail.Capability.Api (class MonadApi, ask)
import Retail.Capability.Shared (class MonadShared, share)
import Retail.Data.Fault (Fault(..))
import Retail.Data.Local (readLocal, removeLocal, writeLocal)
import Retail.Data.Shop (ofShop)
import Retail.Store (OpenDrawer, openDrawerCodec)

place :: Me -> String
place = ofShop "drawer"

openDrawer :: forall m. MonadEffect m => MonadShared m => Me -> OpenDrawer -> m Unit
openDrawer me drawer = do
  liftEffect do
    writeLocal openDrawerCodec (place me) drawer
    before <- openedHere me
    writeLocal (array tillSessionIdCodec) (ofShop "sessions" me) (take 60 (nub ([ drawer.session.tillSessionId ] <> before)))
  share _ { drawer = Just drawer }

leaveDrawer :: forall m. MonadEffect m => MonadShared m => Me -> m Unit
leaveDrawer me = do
  liftEffect (removeLocal (place me))
  share _ { drawer = Nothing }

-- | The drawer of before, unless the server says that it is closed.
findDrawer :: forall m. MonadEffect m => MonadApi m => MonadShared m => Me -> m Unit
findDrawer me = do
  remembered <- liftEffect (readLocal openDrawerCodec (place me))
  for_ remembered \drawer -> do
    answer <- ask (Request.readSession drawer.session.tillSessionId)
    case answer of
      Right session | session.state /= SessionStateClosed -> share _ { drawer = Just drawer { session = session } }
      Left NoAnswer -> share _ { drawer = Just drawer }
      _ -> leaveDrawer me

-- | Newest first. Only this browser knows them: the server has no list of sessions.
openedHere :: Me -> Effect (Array TillSessionId)
openedHere me = fromMaybe [] <$> readLocal (array tillSessionIdCodec) (ofShop "sessions" me)
