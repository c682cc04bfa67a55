-- | What the cart costs: the server says it, and while it does not answer, the rule for simple carts.
module Retail.Till.Page.Sell.Price (reprice) where

import Prelude

import Data.Array (null)
import Data.Either (Either(..))
import Data.Maybe (Maybe(..), isNothing)
import Effect.Class (liftEffect)
import Halogen as H
import Retail.Api.Request as Request
import Retail.Capability.Api (ask)
import Retail.Component.Html (Notice(..))
import Retail.Component.Page (sayFault)
import Retail.Data.Cart (basketCodec, toCart)
import Retail.Data.Fault (Fault(..))
import Retail.Data.Local (writeLocal)
import Retail.Data.Offline (priceOffline)
import Retail.Till.Page.Sell.Counter (basketPlace)
import Retail.Till.Page.Sell.State (Handle)

-- | An answer to an older question is thrown away.
reprice :: Handle Unit
reprice = do
  state@{ basket, me, turn, sale } <- H.modify \state -> state
    { turn = state.turn + 1, priced = if null state.basket.lines then Nothing else state.priced }
  when (isNothing sale) (liftEffect (writeLocal basketCodec (basketPlace state) basket))
  when (not (null basket.lines)) do
    answer <- ask (Request.priceCart (toCart me.organisation.currency basket))
    latest <- H.gets _.turn
    when (latest == turn) case answer of
      Right priced -> H.modify_ _ { priced = Just priced, offline = false }
      Left NoAnswer | isNothing sale, Just priced <- priceOffline me.organisation basket -> H.modify_ _ { priced = Just priced, offline = true }
      Left NoAnswer -> H.modify_ _
        { priced = Nothing
        , said = Just (Bad "The server does not answer. Until it does, only whole pieces with known prices can be sold, without discounts, for cash.")
        }
      Left fault -> do
        said <- sayFault fault
        H.modify_ _ { priced = Nothing, said = said }
