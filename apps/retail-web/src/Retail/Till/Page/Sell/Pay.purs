-- | From the total to the receipt. The ids are made when paying begins, so every further try is the same sale.
module Retail.Till.Page.Sell.Pay (startPaying, changePayment, payCash, chargeCard, tender) where

import Prelude

import Data.Array (filter, snoc)
import Data.Either (Either(..), either)
import Data.Maybe (Maybe(..), fromMaybe, isNothing)
import Data.String (trim)
import Effect.Class (liftEffect)
import Halogen as H
import Retail.Api.Request as Request
import Retail.Api.Types (Checkout, Method(..), Sale, SaleId(..), Tender)
import Retail.Capability.Api (ask, send)
import Retail.Component.Page (focus, sayFault)
import Retail.Data.Cart (toCart)
import Retail.Data.Fault (Fault(..))
import Retail.Data.Money (readMoney)
import Retail.Data.Payment (progress)
import Retail.Data.Queue (State(..)) as Queue
import Retail.Data.Shop (shopId)
import Retail.Data.Time (now)
import Retail.Data.Uuid (freshUuid)
import Retail.Till.Page.Sell.Counter (clear, complain)
import Retail.Till.Page.Sell.State (Handle, Payment, Receipt(..), Stage(..), State, cashOnly, due)
import Retail.Till.Sync (keep)

startPaying :: Handle Unit
startPaying = do
  { sale } <- H.get
  saleId <- case sale of
    Just { head: { saleId: SaleId text } } -> pure text
    Nothing -> liftEffect freshUuid
  key <- liftEffect freshUuid
  editKey <- liftEffect freshUuid
  terminal <- liftEffect freshUuid
  H.modify_ _ { stage = Paying { saleId, key, editKey, tenders: [], amount: "", terminal }, said = Nothing }
  focus "given"

paymentOf :: (Payment -> Handle Unit) -> Handle Unit
paymentOf use = H.gets _.stage >>= case _ of
  Paying payment -> use payment
  _ -> pure unit

changePayment :: (Payment -> Payment) -> Handle Unit
changePayment change = paymentOf \payment -> H.modify_ _ { stage = Paying (change payment) }

payCash :: Handle Unit
payCash = paymentOf \{ amount, tenders } -> do
  state@{ me } <- H.get
  let { cashLeft } = progress me.organisation.cashStep (due state) tenders
  case trim amount of
    "" -> tender { method: MethodCash, amount: cashLeft, card: Nothing }
    text -> case readMoney me.organisation.currency text of
      Just given | given > 0.0 -> tender { method: MethodCash, amount: given, card: Nothing }
      _ -> complain ("“" <> text <> "” is not an amount.")

chargeCard :: Handle Unit
chargeCard = paymentOf \{ tenders, amount, terminal } -> do
  state@{ me } <- H.get
  let { cardLeft } = progress me.organisation.cashStep (due state) tenders
  let typed = fromMaybe cardLeft (readMoney me.organisation.currency amount)
  tender { method: MethodCard, amount: min typed cardLeft, card: Just terminal }

-- | Adds a payment; once everything is covered, the sale is done.
tender :: Tender -> Handle Unit
tender new = paymentOf \payment -> do
  state@{ me } <- H.get
  let before = progress me.organisation.cashStep (due state) payment.tenders
  let tenders = if new.amount > 0.0 && not before.covered then snoc payment.tenders new else payment.tenders
  let next = payment { tenders = tenders, amount = "" }
  H.modify_ _ { stage = Paying next, said = Nothing }
  if (progress me.organisation.cashStep (due state) tenders).covered then finish next else focus "given"

finish :: Payment -> Handle Unit
finish payment = do
  state <- H.modify _ { busy = Just "Booking the sale…" }
  answer <- book state payment
  case answer of
    Right sale -> booked sale
    Left NoAnswer | isNothing state.sale, cashOnly payment.tenders, Just priced <- state.priced -> do
      at <- liftEffect now
      let
        queued =
          { key: payment.key
          , at
          , organisation: shopId state.me
          , currency: state.me.organisation.currency
          , due: priced.cashTotal
          , checkout: checkoutOf state payment
          , state: Queue.Waiting
          }
      keep queued
      clear
      done (Kept queued priced)
    -- An earlier try was heard after all.
    Left (Refused { code }) | code == "key-reused" || code == "duplicate" -> do
      earlier <- ask (Request.readSale (SaleId payment.saleId))
      either failed booked earlier
    Left fault -> failed fault
  where
  booked sale = clear *> done (Booked sale)
  done paid = H.modify_ _ { stage = Paid paid, busy = Nothing } *> focus "next"
  failed fault = do
    said <- sayFault fault
    H.modify_ _ { busy = Nothing, said = said, stage = Paying (if fault == NoAnswer then payment else payment { tenders = filter isCash payment.tenders }) }
    focus "given"
  -- A refused sale has charged no card.
  isCash { method } = method == MethodCash

checkoutOf :: State -> Payment -> Checkout
checkoutOf { me, drawer, basket } { saleId, tenders } =
  { saleId: SaleId saleId, tillSessionId: drawer.session.tillSessionId, cart: toCart me.organisation.currency basket, tenders }

-- | A parked sale gets its new lines first, if there are any; any other is one request.
book :: State -> Payment -> Handle (Either Fault Sale)
book state@{ me, basket } payment = case state.sale of
  Nothing -> send payment.key (Request.checkout (checkoutOf state payment))
  Just sale@{ head: { saleId, version } } -> do
    let cart = toCart me.organisation.currency basket
    edited <- if cart == sale.cart then pure (Right sale) else send payment.editKey (Request.editSale saleId { cart, version })
    case edited of
      Left fault -> pure (Left fault)
      Right current -> H.modify_ _ { sale = Just current } *> send payment.key (Request.complete saleId { tenders: payment.tenders })
