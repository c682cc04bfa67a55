-- | What the counter remembers, and how it is emptied.
module Retail.Till.Page.Sell.Counter (basketPlace, clear, complain, failed) where

import Prelude

import Data.Maybe (Maybe(..), isNothing)
import Effect.Class (liftEffect)
import Halogen as H
import Retail.Component.Html (Notice(..))
import Retail.Component.Page (focus, sayFault)
import Retail.Data.Cart (emptyBasket)
import Retail.Data.Fault (Fault)
import Retail.Data.Local (removeLocal)
import Retail.Data.Shop (ofShop)
import Retail.Till.Page.Sell.State (Handle, Stage(..), State)

basketPlace :: State -> String
basketPlace { me } = ofShop "basket" me

-- | An empty counter.
clear :: Handle Unit
clear = do
  state <- H.get
  when (isNothing state.sale) (liftEffect (removeLocal (basketPlace state)))
  H.modify_ _
    { sale = Nothing
    , basket = emptyBasket
    , priced = Nothing
    , offline = false
    , turn = state.turn + 1
    , selected = 0
    , stage = Ringing
    , busy = Nothing
    , said = Nothing
    }
  focus "entry"

complain :: String -> Handle Unit
complain words = H.modify_ _ { said = Just (Bad words) }

failed :: Fault -> Handle Unit
failed fault = do
  said <- sayFault fault
  H.modify_ _ { busy = Nothing, said = said }
