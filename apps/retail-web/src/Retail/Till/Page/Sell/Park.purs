-- | Sales that are put aside, or given up.
module Retail.Till.Page.Sell.Park (park, dropSale) where

import Prelude

import Data.Either (Either(..))
import Data.Maybe (Maybe(..))
import Effect.Class (liftEffect)
import Halogen as H
import Retail.Api.Request as Request
import Retail.Api.Types (SaleId(..))
import Retail.Capability.Api (ask)
import Retail.Component.Html (Notice(..))
import Retail.Data.Cart (toCart)
import Retail.Data.Uuid (freshUuid)
import Retail.Till.Page.Sell.Counter (clear, failed)
import Retail.Till.Page.Sell.State (Handle)

park :: Handle Unit
park = do
  { me, drawer, basket, sale } <- H.modify _ { busy = Just "Parking the sale…", said = Nothing }
  fresh <- liftEffect freshUuid
  let cart = toCart me.organisation.currency basket
  begun <- case sale of
    Nothing -> ask (Request.startSale { saleId: SaleId fresh, tillSessionId: drawer.session.tillSessionId, cart })
    Just { head: { saleId, version } } -> ask (Request.editSale saleId { cart, version })
  parked <- case begun of
    Left fault -> pure (Left fault)
    Right { head: { saleId } } -> ask (Request.park saleId)
  case parked of
    Right _ -> clear *> H.modify_ _ { said = Just (Good "Parked. It is under Receipts.") }
    Left fault -> failed fault

-- | A sale that the server knows is voided there.
dropSale :: Handle Unit
dropSale = do
  { sale } <- H.get
  case sale of
    Nothing -> clear
    Just { head: { saleId } } -> do
      answer <- ask (Request.void saleId)
      case answer of
        Right _ -> clear *> H.modify_ _ { said = Just (Good "The sale is voided.") }
        Left fault -> failed fault
