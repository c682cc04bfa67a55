-- | The store that all pages share.
module Retail.Capability.Shared (class MonadShared, shared, share, changes) where

import Prelude

import Control.Monad.Trans.Class (lift)
import Halogen (HalogenM)
import Halogen.Subscription (Emitter)
import Retail.Store (Store)

class Monad m <= MonadShared m where
  shared :: m Store
  share :: (Store -> Store) -> m Unit
  changes :: m (Emitter Store)

instance MonadShared m => MonadShared (HalogenM state action slots output m) where
  shared = lift shared
  share = lift <<< share
  changes = lift changes
