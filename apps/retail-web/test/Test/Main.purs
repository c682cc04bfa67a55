-- | What needs no browser. One line per check: `ok …` or `FAILED …`.
module Test.Main (main) where

import Prelude hiding (Unit, add)
import Prelude as Prelude

import Data.Argonaut.Core (Json, stringify)
import Data.Argonaut.Parser (jsonParser)
import Data.Array (filter, fromFoldable, head, length, snoc)
import Data.Codec.Argonaut (JsonCodec, decode, encode, printJsonDecodeError)
import Data.Either (Either(..))
import Data.Foldable (sum)
import Data.Int (toNumber)
import Data.Maybe (Maybe(..), isJust)
import Data.Number (abs, floor)
import Data.String (replaceAll, Pattern(..), Replacement(..))
import Data.Traversable (traverse_)
import Effect (Effect)
import Random.LCG (mkSeed)
import Retail.Address (href, routeAt)
import Retail.Api.Codec (checkoutCodec, meCodec, reportCodec, saleCodec, scanCodec)
import Retail.Api.Types (CodeKind(..), Currency(..), ListedVariant, Me, Method(..), ProductId(..), Sale, Scan, TaxMode(..), Unit(..), VariantId(..))
import Retail.Data.Cart (Entry(..), add, basketOf, emptyBasket, lineOf, readEntry, removeLine, toCart)
import Retail.Data.Fault (Fault(..))
import Retail.Data.Known (knownOf, scanOf, search)
import Retail.Data.Money (plainMoney, readMoney, readPoints)
import Retail.Data.Offline (priceOffline, roundCash)
import Retail.Data.Payment (progress)
import Retail.Data.Quantity (readQuantity)
import Retail.Data.Queue (Queued, State(..), afterAnswer, queuedCodec)
import Retail.Office.Route as Office
import Retail.Till.Route as Till
import Test.QuickCheck (class Testable, Result(..), quickCheckPure, (<?>), (===))

-- | The file of the contract with this name.
foreign import golden :: String -> Effect String

foreign import say :: String -> Effect Prelude.Unit

check :: String -> Boolean -> Effect Prelude.Unit
check name good = say ((if good then "ok " else "FAILED ") <> name)

property :: forall law. Testable law => String -> law -> Effect Prelude.Unit
property name law = case head (filter failed (fromFoldable (quickCheckPure (mkSeed 20261122) 500 law))) of
  Just (Failed why) -> say ("FAILED " <> name <> ": " <> why)
  _ -> say ("ok " <> name)
  where
  failed = case _ of
    Failed _ -> true
    Success -> false

-- | Decoding and encoding gives back what the back end's tests wrote.
same :: forall a. String -> JsonCodec a -> Effect Prelude.Unit
same name codec = do
  text <- golden name
  case jsonParser text of
    Left why -> say ("FAILED " <> name <> ": " <> why)
    Right json -> case decode codec json of
      Left why -> say ("FAILED " <> name <> ": " <> printJsonDecodeError why)
      Right value -> check ("contract " <> name) (encode codec value == json)

-- | A golden value, as an example.
withGolden :: forall a. String -> JsonCodec a -> (a -> Effect Prelude.Unit) -> Effect Prelude.Unit
withGolden name codec use = do
  text <- golden name
  case jsonParser text of
    Right json | Right value <- decode codec json -> use value
    _ -> say ("FAILED " <> name <> " as an example")

main :: Effect Prelude.Unit
main = do
  same "checkout" checkoutCodec
  same "me" meCodec
  same "report" reportCodec
  same "sale" saleCodec
  same "scan" scanCodec
  money
  cart
  withGolden "me" meCodec offline
  withGolden "sale" saleCodec \sale -> check "a parked sale comes back as it was asked for"
    (toCart sale.cart.currency (basketOf (const Nothing) sale) == sale.cart)
  payments
  withGolden "sale" saleCodec \sale -> withGolden "checkout" checkoutCodec \checkout ->
    queue sale
      { key: "k", at: "2026-11-22T20:00:00Z", organisation: "o", currency: CurrencyEur, due: sale.head.total + sale.head.rounding, checkout, state: Waiting }
  traverse_ (address Till.path Till.routes) Till.routes
  traverse_ (address Office.path Office.routes) Office.routes
  check "what is no page" (routeAt Till.path Till.routes "/nothing" == Nothing)

address :: forall route. Eq route => (route -> String) -> Array route -> route -> Effect Prelude.Unit
address path routes one = check ("address " <> href (path one)) (routeAt path routes ("/" <> path one) == Just one)

-- | Any whole number of minor units up to ten million.
minor :: Int -> Number
minor number = toNumber (number `mod` 1000000000) # abs

money :: Effect Prelude.Unit
money = do
  property "an amount that is shown can be read" \number ->
    readMoney CurrencyEur (replaceAll (Pattern "\x2009") (Replacement "") (plainMoney CurrencyEur (minor number))) === Just (minor number)
  property "so in a currency without minor units" \number ->
    readMoney CurrencyJpy (replaceAll (Pattern "\x2009") (Replacement "") (plainMoney CurrencyJpy (minor number))) === Just (minor number)
  check "12,5 is 12.50" (readMoney CurrencyEur " 12,5 " == Just 1250.0)
  check "not amounts" (map (readMoney CurrencyEur) [ "", "-1", "1.234", "1.2.3", "ten", "1e3", "1234567890" ] == map (const Nothing) [ 1, 2, 3, 4, 5, 6, 7 ])
  check "JPY has no minor units" (readMoney CurrencyJpy "1.5" == Nothing)
  check "thousands" (plainMoney CurrencyEur (-123456789.0) == "\x2212" <> "1" <> "\x2009" <> "234" <> "\x2009" <> "567.89")
  check "percentages" (readPoints "7.5" == Just 750.0)
  check "quantities" (map (readQuantity UnitPiece) [ "2", "0", "0.5", "x", "" ] == [ Just 2000.0, Nothing, Nothing, Nothing, Nothing ])
  check "weights" (readQuantity UnitKilogram "0,125" == Just 125.0)

beans :: Scan
beans = { variantId: VariantId "beans", sku: "COF", name: "Coffee beans", unit: UnitPiece, unitPrice: 749.0, quantity: 1000.0, fixed: Nothing }

listed :: ListedVariant
listed =
  { variant:
      { variantId: beans.variantId
      , productId: ProductId "coffee"
      , sku: beans.sku
      , name: beans.name
      , price: beans.unitPrice
      , unit: beans.unit
      , tracked: true
      , oversell: false
      , reorderPoint: 0.0
      , targetLevel: 0.0
      , archived: false
      , version: 1.0
      }
  , productName: "Coffee"
  , rate: 700.0
  , barcodes: [ { code: "00614141000036", kind: CodeKindGtin, pack: 6.0 }, { code: "2200001", kind: CodeKindPrice, pack: 1.0 } ]
  }

ham :: Scan
ham = { variantId: VariantId "ham", sku: "HAM", name: "Ham", unit: UnitKilogram, unitPrice: 1990.0, quantity: 312.0, fixed: Just 621.0 }

cart :: Effect Prelude.Unit
cart = do
  let twice = (add (lineOf Nothing beans) (add (lineOf Nothing beans) emptyBasket).basket).basket
  check "the same piece raises its line" (map _.line.quantity twice.lines == [ 2000.0 ])
  let mixed = (add (lineOf (Just "2200001005986") ham) (add (lineOf (Just "2200001005986") ham) twice).basket).basket
  check "what carries its price has a line of its own" (map _.line.code mixed.lines == [ Nothing, Just "2200001005986", Just "2200001005986" ])
  check "a line is taken out" (length (removeLine 1 mixed).lines == 2 && length (removeLine 9 mixed).lines == 3)
  check "codes, counts and words"
    ( map readEntry [ "4006381333931", " 3*4006381333931 ", "coffee", "123", "0*4006381333931" ] ==
        [ Code 1000.0 "4006381333931", Code 3000.0 "4006381333931", Words "coffee", Words "123", Words "0*4006381333931" ]
    )
  let known = knownOf [ listed ]
  check "a UPC-A is the EAN-13 with a zero in front" (map _.quantity (scanOf "614141000036" known) == Just 6000.0)
  check "a code with a price is left to the server" (scanOf "2200001" known == Nothing)
  check "every word counts" (map (\words -> length (search words known)) [ "BEANS cof", "tea", "" ] == [ 1, 0, 0 ])

offline :: Me -> Effect Prelude.Unit
offline { organisation } = do
  let shop = organisation { taxMode = TaxModeInclusive, cashStep = 5.0 }
  let
    basketOf counts =
      { lines: map
          ( \count ->
              { line: { variantId: VariantId "v", quantity: count * 1000.0, code: Nothing, discount: Nothing }
              , sku: ""
              , name: ""
              , unit: UnitPiece
              , unitPrice: 333.0
              }
          )
          counts
      , discount: Nothing
      }
  property "offline, the total is the sum of pieces and prices" \(numbers :: Array Int) ->
    let
      counts = map (\number -> toNumber (1 + abs' number `mod` 99)) (snoc numbers 1)
    in
      map _.total (priceOffline shop (basketOf counts)) === Just (333.0 * sum counts)
  check "no offline price for exclusive tax" (not (isJust (priceOffline shop { taxMode = TaxModeExclusive } (basketOf [ 1.0 ]))))
  check "no offline price for a discount" (not (isJust (priceOffline shop (basketOf [ 1.0 ]) { discount = Just { percent: Just 1000.0, amount: Nothing } })))
  check "no offline price for weighed goods" (not (isJust (priceOffline shop (add (lineOf (Just "2200001005986") ham) emptyBasket).basket)))
  check "no offline price for nothing" (not (isJust (priceOffline shop emptyBasket)))
  property "cash is rounded to a coin that is next" \number ->
    let
      rounded = roundCash 5.0 (minor number)
    in
      (rounded / 5.0 == floor (rounded / 5.0) && abs (rounded - minor number) <= 2.5) <?> show rounded
  where
  abs' number = if number < 0 then -(number + 1) else number

payments :: Effect Prelude.Unit
payments = do
  let cash amount = { method: MethodCash, amount, card: Nothing }
  let card amount = { method: MethodCard, amount, card: Just "t" }
  check "nothing given" (progress 5.0 2987.0 [] == { covered: false, change: 0.0, cardLeft: 2987.0, cashLeft: 2985.0 })
  check "cash and change" (progress 5.0 2987.0 [ cash 5000.0 ] == { covered: true, change: 2015.0, cardLeft: 0.0, cashLeft: 0.0 })
  check "split" (progress 5.0 2987.0 [ cash 2000.0, card 987.0 ] == { covered: true, change: 0.0, cardLeft: 0.0, cashLeft: 0.0 })
  check "split, half way" (progress 5.0 2987.0 [ cash 2000.0 ] == { covered: false, change: 0.0, cardLeft: 987.0, cashLeft: 985.0 })
  property "whoever pays what is left has paid, without change" \number given ->
    let
      total = minor number + 1.0
      before = progress 5.0 total [ cash (minor given + 1.0) ]
      after = progress 5.0 total [ cash (minor given + 1.0), cash before.cashLeft ]
    in
      (before.covered || (after.covered && after.change == 0.0)) <?> show total

queue :: Sale -> Queued -> Effect Prelude.Unit
queue sale queued = do
  check "a booked sale leaves the queue" (not (isJust (afterAnswer (Right sale) queued)))
  check "a sale of another amount stays for somebody to see" (map isAttention (afterAnswer (Right sale) queued { due = queued.due + 1.0 }) == Just true)
  check "no answer changes nothing" (kept NoAnswer == Just Waiting)
  property "a refusal never loses a sale" \number ->
    let
      status = 400 + (number `mod` 200)
    in
      isJust (kept (Refused { status, code: "", detail: "why" })) <?> show status
  check "a refusal is shown" (map isAttentionState (kept (Refused { status: 409, code: "", detail: "why" })) == Just true)
  check "logging in again is enough" (kept (Refused { status: 401, code: "", detail: "" }) == Just Waiting)
  check "what waits survives the browser's storage" (map encoded (decoded queued) == Right (encoded queued))
  where
  kept fault = _.state <$> afterAnswer (Left fault) queued
  isAttention { state } = isAttentionState state
  isAttentionState = case _ of
    Attention _ -> true
    Waiting -> false

  encoded :: Queued -> String
  encoded = encode queuedCodec >>> stringify
  decoded one = case jsonParser (encoded one) of
    Left why -> Left why
    Right (json :: Json) -> case decode queuedCodec json of
      Left why -> Left (printJsonDecodeError why)
      Right value -> Right value
