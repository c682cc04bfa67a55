-- | The counter as it was left, or with the sale that was parked.
module Retail.Till.Page.Sell.Start (start) where

import Prelude

import Data.Maybe (Maybe(..), fromMaybe)
import Effect.Class (liftEffect)
import Halogen as H
import Retail.Capability.Shared (share, shared)
import Retail.Component.Page (focus)
import Retail.Data.Cart (basketCodec, basketOf, emptyBasket)
import Retail.Data.Known (unitOf)
import Retail.Data.Local (readLocal)
import Retail.Till.Page.Sell.Counter (basketPlace)
import Retail.Till.Page.Sell.Keys (keyPresses)
import Retail.Till.Page.Sell.Price (reprice)
import Retail.Till.Page.Sell.State (Action(..), Handle)

start :: Handle Unit
start = do
  void (H.subscribe (Key <$> keyPresses))
  state <- H.get
  { known } <- shared
  basket <- case state.sale of
    Nothing -> fromMaybe emptyBasket <$> liftEffect (readLocal basketCodec (basketPlace state))
    Just sale -> share _ { resumed = Nothing } $> basketOf (unitOf known) sale
  H.modify_ _ { basket = basket }
  reprice
  focus "entry"
