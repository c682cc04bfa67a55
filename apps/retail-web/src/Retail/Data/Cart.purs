-- | What the customer is buying, before the server has priced it.
module Retail.Data.Cart (Line, Basket, emptyBasket, basketCodec, add, setQuantity, setDiscount, removeLine, toCart, lineOf, basketOf, Entry(..), readEntry) where

import Prelude hiding (Unit)

import Data.Array (deleteAt, findIndex, modifyAt, null, snoc)
import Data.Array as Array
import Data.Codec.Argonaut as CA
import Data.Codec.Argonaut.Compat as Compat
import Data.Codec.Argonaut.Record as CAR
import Data.Maybe (Maybe(..), fromMaybe, isNothing)
import Data.Number (floor)
import Data.String (Pattern(..), length, split, trim)
import Data.String.CodeUnits (toCharArray)
import Retail.Api.Codec (cartLineCodec, discountCodec, unitCodec)
import Retail.Api.Types (Cart, CartLine, Currency, Discount, Sale, Scan, Unit(..), VariantId)
import Retail.Data.Quantity (piece, readQuantity)

-- | A cart line and what its article is called.
type Line = { line :: CartLine, sku :: String, name :: String, unit :: Unit, unitPrice :: Number }

type Basket = { lines :: Array Line, discount :: Maybe Discount }

emptyBasket :: Basket
emptyBasket = { lines: [], discount: Nothing }

lineOf :: Maybe String -> Scan -> Line
lineOf code { variantId, sku, name, unit, unitPrice, quantity, fixed } =
  { line: { variantId, quantity, code: if isNothing fixed then Nothing else code, discount: Nothing }, sku, name, unit, unitPrice }

-- | The same piece again raises the quantity of its line; what was weighed or priced has a line of its own. Says which.
add :: Line -> Basket -> { basket :: Basket, at :: Int }
add new basket = case findIndex same basket.lines of
  Just at -> { at, basket: basket { lines = fromMaybe basket.lines (modifyAt at more basket.lines) } }
  Nothing -> { at: Array.length basket.lines, basket: basket { lines = snoc basket.lines new } }
  where
  same { line, unit } = unit == UnitPiece && line.variantId == new.line.variantId && plain line && plain new.line
  plain { code, discount } = isNothing code && isNothing discount
  more old = old { line = old.line { quantity = old.line.quantity + new.line.quantity } }

changeLine :: (CartLine -> CartLine) -> Int -> Basket -> Basket
changeLine change at basket = basket { lines = fromMaybe basket.lines (modifyAt at (\line -> line { line = change line.line }) basket.lines) }

setQuantity :: Number -> Int -> Basket -> Basket
setQuantity quantity = changeLine _ { quantity = quantity }

setDiscount :: Maybe Discount -> Int -> Basket -> Basket
setDiscount discount = changeLine _ { discount = discount }

removeLine :: Int -> Basket -> Basket
removeLine at basket = basket { lines = lines, discount = if null lines then Nothing else basket.discount }
  where
  lines = fromMaybe basket.lines (deleteAt at basket.lines)

toCart :: Currency -> Basket -> Cart
toCart currency { lines, discount } = { currency, lines: map _.line lines, discount }

-- | A sale that was parked, as it was asked for. Its priced lines say what things are called; whether they are weighed is
-- asked of the first argument.
basketOf :: (VariantId -> Maybe Unit) -> Sale -> Basket
basketOf unitOf { cart, lines } = { lines: Array.zipWith named cart.lines lines, discount: cart.discount }
  where
  named line { sku, name, unitPrice } = { line, sku, name, unit: fromMaybe (guess line.quantity) (unitOf line.variantId), unitPrice }
  guess quantity = if floor (quantity / piece) * piece == quantity then UnitPiece else UnitKilogram

-- | What was typed or scanned at the till: `4006381333931`, `3*4006381333931`, or words to look for.
data Entry = Code Number String | Words String

derive instance Eq Entry

instance Show Entry where
  show = case _ of
    Code count code -> show count <> " of " <> code
    Words words -> words

readEntry :: String -> Entry
readEntry typed = case split (Pattern "*") text of
  [ count, code ] | Just quantity <- readQuantity UnitPiece count, isCode (trim code) -> Code quantity (trim code)
  [ code ] | isCode code -> Code 1000.0 code
  _ -> Words text
  where
  text = trim typed
  isCode code = length code >= 8 && length code <= 14 && Array.all (\letter -> letter >= '0' && letter <= '9') (toCharArray code)

lineCodec :: CA.JsonCodec Line
lineCodec = CA.object "Line" $ CAR.record { line: cartLineCodec, sku: CA.string, name: CA.string, unit: unitCodec, unitPrice: CA.number }

basketCodec :: CA.JsonCodec Basket
basketCodec = CA.object "Basket" $ CAR.record { lines: CA.array lineCodec, discount: Compat.maybe discountCodec }
