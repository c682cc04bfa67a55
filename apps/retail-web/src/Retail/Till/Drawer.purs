-- | Which drawer this browser sells into, remembered so that a reload does not lose it.
module Retail.Till.Drawer (openDrawer, leaveDrawer, findDrawer) where

import Prelude

import Data.Either (Either(..))
import Data.Foldable (for_)
import Data.Maybe (Maybe(..))
import Effect.Class (class MonadEffect, liftEffect)
import Retail.Api.Request as Request
import Retail.Api.Types (Me, SessionState(..))
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
  liftEffect (writeLocal openDrawerCodec (place me) drawer)
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
