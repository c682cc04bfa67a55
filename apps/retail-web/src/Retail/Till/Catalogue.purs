-- | Learns what the shop sells, for looking things up at the till and for selling while the server does not answer.
module Retail.Till.Catalogue (recallCatalogue, learnCatalogue) where

import Prelude

import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe)
import Effect.Class (class MonadEffect, liftEffect)
import Retail.Api.Request (searchVariants)
import Retail.Api.Types (Me)
import Retail.Capability.Api (class MonadApi)
import Retail.Capability.Pages (allPages)
import Retail.Capability.Shared (class MonadShared, share)
import Retail.Data.Known (emptyKnown, knownCodec, knownOf)
import Retail.Data.Local (readLocal, writeLocal)
import Retail.Data.Shop (ofShop)

place :: Me -> String
place = ofShop "known"

-- | As it was learnt last in this browser.
recallCatalogue :: forall m. MonadEffect m => MonadShared m => Me -> m Unit
recallCatalogue me = do
  known <- liftEffect (readLocal knownCodec (place me))
  share _ { known = fromMaybe emptyKnown known }

-- | What is not answered is learnt another time.
learnCatalogue :: forall m. MonadEffect m => MonadApi m => MonadShared m => Me -> m Unit
learnCatalogue me = do
  listed <- allPages \{ after, limit } -> searchVariants { search: Nothing, after, limit }
  for_ listed \some -> do
    share _ { known = knownOf some }
    liftEffect (writeLocal knownCodec (place me) (knownOf some))
