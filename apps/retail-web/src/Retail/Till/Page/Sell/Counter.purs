-- | What the counter remembers, and how it is emptied.
module Retail.Till.Page.Sell.Counter (basketPlace, parkedPlace, clear) where

import Prelude hiding (Unit, add)
import Prelude as Prelude

import Data.Maybe (Maybe(..))
import Effect.Class (liftEffect)
import Halogen as H
import Retail.AppM (AppM)
import Retail.Api.Types (Sale, SaleId(..))
import Retail.Component.Page (focus)
import Retail.Data.Cart (emptyBasket)
import Retail.Data.Local (removeLocal)
import Retail.Data.Shop (ofShop)
import Retail.Till.Page.Sell.State (Action, Stage(..), State)

type Handle a = forall slots output. H.HalogenM State Action slots output AppM a

basketPlace :: State -> String
basketPlace { me } = ofShop "basket" me

parkedPlace :: Sale -> String
parkedPlace { head: { saleId: SaleId text } } = "parked." <> text

-- | An empty counter.
clear :: Handle Prelude.Unit
clear = do
  state <- H.get
  case state.sale of
    Nothing -> liftEffect (removeLocal (basketPlace state))
    Just sale -> liftEffect (removeLocal (parkedPlace sale))
  H.modify_ _
    { sale = Nothing
    , locked = false
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
