-- | The counter: scan, price, pay, next.
module Retail.Till.Page.Sell (component) where

import Prelude hiding (Unit, add)
import Prelude as Prelude

import Data.Array (deleteAt, index, length, null)
import Data.Either (Either(..))
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe, isNothing, maybe)
import Data.String (Pattern(..), stripSuffix, trim)
import Effect.Class (liftEffect)
import Halogen as H
import Retail.AppM (AppM)
import Retail.Api.Request as Request
import Retail.Api.Types (Method(..), SaleId(..), Scan, Unit(..))
import Retail.Capability.Api (ask)
import Retail.Capability.Shared (share)
import Retail.Component.Html (Notice(..))
import Retail.Component.Page (focus, print, sayFault, stay)
import Retail.Data.Cart (Entry(..), add, basketCodec, emptyBasket, lineOf, readEntry, removeLine, setDiscount, setQuantity, toCart)
import Retail.Data.Fault (Fault(..))
import Retail.Data.Known (emptyKnown, knownCodec, learn, scanOf, search)
import Retail.Data.Local (readLocal, writeLocal)
import Retail.Data.Money (readMoney, readPoints)
import Retail.Data.Offline (priceOffline)
import Retail.Data.Payment (progress)
import Retail.Data.Shop (ofShop)
import Retail.Data.Uuid (freshUuid)
import Retail.Till.Page.Sell.Counter (basketPlace, clear, parkedPlace)
import Retail.Till.Page.Sell.Keys (actionFor, keyPresses)
import Retail.Till.Page.Sell.State (Action(..), Input, Stage(..), State, initial)
import Retail.Till.Page.Sell.Pay (changePayment, payCash, paymentOf, startPaying, tender)
import Retail.Till.Page.Sell.View (render)

type Handle a = forall slots output. H.HalogenM State Action slots output AppM a

component :: forall query output. H.Component query Input output AppM
component = H.mkComponent
  { initialState: initial
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

handle :: Action -> Handle Prelude.Unit
handle = case _ of
  Start -> start
  Key event -> do
    { stage, entry } <- H.get
    action <- liftEffect (actionFor stage (entry == "") event)
    for_ action handleKey
  Entry text -> do
    { known } <- H.get
    H.modify_ _
      { entry = text
      , said = Nothing
      , found = case readEntry text of
          Words words -> search words known
          Code _ _ -> []
      }
  EntryDone event -> stay event *> enter
  Take scan -> chosen scan
  Select at -> H.modify_ _ { selected = at }
  More at change -> do
    { basket } <- H.get
    for_ (index basket.lines at) \{ line, unit } ->
      when (unit == UnitPiece) do
        if line.quantity + change < 1000.0 then handle (Remove at)
        else H.modify_ _ { basket = setQuantity (line.quantity + change) at basket, selected = at } *> reprice
  Remove at -> do
    H.modify_ \state -> state { basket = removeLine at state.basket, selected = max 0 (min state.selected (length state.basket.lines - 2)) }
    reprice
    focus "entry"
  AskDiscount -> H.modify_ _ { stage = Discounting { text: "", whole: false }, said = Nothing } *> focus "discount"
  DiscountText text -> H.modify_ \state -> case state.stage of
    Discounting typed -> state { stage = Discounting typed { text = text } }
    _ -> state
  DiscountWhole whole -> H.modify_ \state -> case state.stage of
    Discounting typed -> state { stage = Discounting typed { whole = whole } }
    _ -> state
  DiscountDone event -> stay event *> giveDiscount
  Park -> park
  Drop -> dropSale
  Pay -> startPaying
  Amount text -> changePayment _ { amount = text }
  Terminal text -> changePayment _ { terminal = text }
  GiveCash amount -> tender { method: MethodCash, amount, card: Nothing }
  CashDone event -> stay event *> payCash
  ChargeCard -> paymentOf \payment -> do
    { me, priced } <- H.get
    let { cardLeft } = progress me.organisation.cashStep (maybe 0.0 _.total priced) payment.tenders
    let typed = fromMaybe cardLeft (readMoney me.organisation.currency payment.amount)
    tender { method: MethodCard, amount: min typed cardLeft, card: Just payment.terminal }
  Untender at -> changePayment \payment -> payment { tenders = fromMaybe payment.tenders (deleteAt at payment.tenders) }
  Back -> H.modify_ _ { stage = Ringing, said = Nothing } *> focus "entry"
  Print -> liftEffect print
  Next -> H.modify_ _ { stage = Ringing, said = Nothing } *> focus "entry"

-- | A shortcut without its button does nothing.
handleKey :: Action -> Handle Prelude.Unit
handleKey action = do
  { priced, busy, basket, locked, selected } <- H.get
  when (isNothing busy) case action of
    Pay | isNothing priced -> pure unit
    Park | isNothing priced -> pure unit
    AskDiscount | locked || null basket.lines -> pure unit
    More _ change -> handle (More selected change)
    Remove _ -> handle (Remove selected)
    Select step -> handle (Select (max 0 (min (length basket.lines - 1) (selected + step))))
    _ -> handle action

start :: Handle Prelude.Unit
start = do
  void (H.subscribe (Key <$> keyPresses))
  state <- H.get
  known <- liftEffect (readLocal knownCodec (ofShop "known" state.me))
  H.modify_ _ { known = fromMaybe emptyKnown known }
  case state.sale of
    Nothing -> do
      basket <- liftEffect (readLocal basketCodec (basketPlace state))
      H.modify_ _ { basket = fromMaybe emptyBasket basket }
      reprice
    Just sale -> do
      share _ { resumed = Nothing }
      basket <- liftEffect (readLocal basketCodec (parkedPlace sale))
      case basket of
        Just known' -> H.modify_ _ { basket = known' } *> reprice
        Nothing -> H.modify_ _ { locked = true, priced = Just (pricedOf sale) }
  focus "entry"
  where
  pricedOf { head: { amount, reduction, net, tax, total }, lines, taxes } = { amount, reduction, net, tax, total, cashTotal: total, lines, taxes }

-- | Asks what the cart costs. An answer to an older question is thrown away.
reprice :: Handle Prelude.Unit
reprice = do
  state@{ basket, me, turn } <- H.modify \state -> state { turn = state.turn + 1, priced = if null state.basket.lines then Nothing else state.priced }
  when (isNothing state.sale) (liftEffect (writeLocal basketCodec (basketPlace state) basket))
  when (not (null basket.lines)) do
    answer <- ask (Request.priceCart (toCart me.organisation.currency basket))
    latest <- H.gets _.turn
    when (latest == turn) case answer of
      Right priced -> H.modify_ _ { priced = Just priced, offline = false }
      Left NoAnswer | Just priced <- offlinePrice state -> H.modify_ _ { priced = Just priced, offline = true }
      Left NoAnswer -> H.modify_ _
        { priced = Nothing
        , said = Just (Bad "The server does not answer. Until it does, only whole pieces with known prices can be sold, without discounts, for cash.")
        }
      Left fault -> do
        said <- sayFault fault
        H.modify_ _ { priced = Nothing, said = said }
  where
  offlinePrice { me, basket, sale } = if isNothing sale then priceOffline me.organisation basket else Nothing

-- | What was scanned or typed.
enter :: Handle Prelude.Unit
enter = do
  { entry, known, found, me } <- H.get
  case readEntry entry of
    Words "" -> pure unit
    Words words -> case found of
      [ only ] -> chosen only
      [] -> H.modify_ _ { said = Just (Bad ("No article is called “" <> words <> "”.")) }
      _ -> H.modify_ _ { said = Just (Good "Several articles fit: choose one, or type more of the name.") }
    Code count code -> do
      -- The next code may come while this one is looked up.
      H.modify_ _ { entry = "", found = [], said = Nothing }
      answer <- ask (Request.scanBarcode code)
      case answer of
        Right scan -> do
          learned <- H.modify \state -> state { known = learn code scan state.known }
          liftEffect (writeLocal knownCodec (ofShop "known" me) learned.known)
          take count (Just code) scan
        Left NoAnswer | Just scan <- scanOf code known -> take count (Just code) scan
        Left fault -> do
          said <- sayFault fault
          H.modify_ _ { said = map (withCode code) said }
  where
  withCode code = case _ of
    Bad words -> Bad (code <> ": " <> words)
    good -> good

take :: Number -> Maybe String -> Scan -> Handle Prelude.Unit
take count code scan = do
  H.modify_ \state ->
    let
      line = lineOf code scan
      { basket, at } = add (line { line = line.line { quantity = scan.quantity * (count / 1000.0) } }) state.basket
    in
      state { basket = basket, selected = at, said = Nothing }
  reprice

-- | Out of what was looked for.
chosen :: Scan -> Handle Prelude.Unit
chosen scan = do
  H.modify_ _ { entry = "", found = [] }
  focus "entry"
  take 1000.0 Nothing scan

giveDiscount :: Handle Prelude.Unit
giveDiscount = do
  { stage, me, basket, selected } <- H.get
  case stage of
    Discounting { text, whole } -> case discountOf me.organisation.currency (trim text) of
      Nothing -> H.modify_ _ { said = Just (Bad "A discount is a percentage such as 10% or an amount such as 2.50.") }
      Just discount -> do
        H.modify_ _
          { basket = if whole then basket { discount = discount } else setDiscount discount selected basket
          , stage = Ringing
          , said = Nothing
          }
        focus "entry"
        reprice
    _ -> pure unit
  where
  discountOf currency text = case text, stripSuffix (Pattern "%") text of
    "", _ -> Just Nothing
    _, Just points -> (\percent -> Just { percent: Just percent, amount: Nothing }) <$> readPoints points
    _, Nothing -> (\amount -> Just { percent: Nothing, amount: Just amount }) <$> readMoney currency text

park :: Handle Prelude.Unit
park = do
  state@{ me, drawer, basket, locked } <- H.modify _ { busy = Just "Parking the sale…", said = Nothing }
  fresh <- liftEffect freshUuid
  let cart = toCart me.organisation.currency basket
  begun <- case state.sale of
    Nothing -> ask (Request.startSale { saleId: SaleId fresh, tillSessionId: drawer.session.tillSessionId, cart })
    Just sale | locked -> pure (Right sale)
    Just { head: { saleId, version } } -> ask (Request.editSale saleId { cart, version })
  parked <- case begun of
    Left fault -> pure (Left fault)
    Right sale -> ask (Request.park sale.head.saleId)
  case parked of
    Right sale -> do
      when (not locked) (liftEffect (writeLocal basketCodec (parkedPlace sale) basket))
      clear
      H.modify_ _ { said = Just (Good "Parked. It is under Receipts.") }
    Left fault -> do
      said <- sayFault fault
      H.modify_ _ { busy = Nothing, said = said }

dropSale :: Handle Prelude.Unit
dropSale = do
  { sale } <- H.get
  case sale of
    Nothing -> clear
    Just { head: { saleId } } -> do
      answer <- ask (Request.void saleId)
      case answer of
        Right _ -> clear
        Left fault -> do
          said <- sayFault fault
          H.modify_ _ { said = said }

