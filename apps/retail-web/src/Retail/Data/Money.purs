-- | Amounts in minor units, as the server sends them: shown and read, never computed with but for change.
module Retail.Data.Money (currencyText, showMoney, plainMoney, editMoney, readMoney, readPoints, showRate) where

import Prelude

import Data.Argonaut.Core (toString)
import Data.Array (all, drop, replicate, snoc, take)
import Data.Array as Array
import Data.Codec.Argonaut (encode)
import Data.Int as Int
import Data.Maybe (Maybe(..), fromMaybe)
import Data.Number (abs, floor, fromString)
import Data.String (Pattern(..), Replacement(..), joinWith, length, replace, replaceAll, split, trim)
import Data.String.CodeUnits (fromCharArray, toCharArray)
import Retail.Api.Codec (currencyCodec)
import Retail.Api.Types (Currency(..))

currencyText :: Currency -> String
currencyText = fromMaybe "" <<< toString <<< encode currencyCodec

-- | How many digits a currency has behind the point (ISO 4217).
decimals :: Currency -> Int
decimals = case _ of
  CurrencyJpy -> 0
  _ -> 2

-- | `1 234.50 EUR`: thin spaces between thousands, the currency last.
showMoney :: Currency -> Number -> String
showMoney currency amount = plainMoney currency amount <> "\x00a0" <> currencyText currency

-- | Without the currency.
plainMoney :: Currency -> Number -> String
plainMoney currency amount = sign <> grouped whole <> point
  where
  sign = if amount < 0.0 then "\x2212" else ""
  places = decimals currency
  scale = Int.toNumber (Int.pow 10 places)
  size = abs amount
  whole = floor (size / scale)
  rest = size - whole * scale
  point = if places == 0 then "" else "." <> padded places (digits rest)

-- | As it is typed: without spaces between thousands.
editMoney :: Currency -> Number -> String
editMoney currency = replaceAll (Pattern "\x2009") (Replacement "") <<< plainMoney currency

digits :: Number -> String
digits number
  | number < 10.0 = Int.toStringAs Int.decimal (Int.floor number)
  | otherwise = digits (floor (number / 10.0)) <> Int.toStringAs Int.decimal (Int.floor (number - floor (number / 10.0) * 10.0))

padded :: Int -> String -> String
padded places text = fromCharArray (replicate (places - length text) '0') <> text

grouped :: Number -> String
grouped = joinWith "\x2009" <<< chunks <<< digits
  where
  chunks text
    | length text <= 3 = [ text ]
    | otherwise =
        let
          letters = toCharArray text
          front = Array.length letters - 3
        in
          snoc (chunks (fromCharArray (take front letters))) (fromCharArray (drop front letters))

-- | What somebody typed, in minor units: `12`, `12.5`, `12,50`. Nothing if it is not an amount of this currency.
readMoney :: Currency -> String -> Maybe Number
readMoney = readScaled <<< decimals

-- | A percentage in hundredths: `19` is 1900.
readPoints :: String -> Maybe Number
readPoints = readScaled 2

readScaled :: Int -> String -> Maybe Number
readScaled places typed = case split (Pattern ".") (replace (Pattern ",") (Replacement ".") (trim typed)) of
  [ whole ] | isNumber whole -> scaled whole ""
  [ whole, part ] | isNumber whole, isNumber part, length part <= places -> scaled whole part
  _ -> Nothing
  where
  isNumber text = text /= "" && length text <= 9 && all (\letter -> letter >= '0' && letter <= '9') (toCharArray text)
  scaled whole part = fromString (whole <> part <> fromCharArray (replicate (places - length part) '0'))

-- | 1900 is `19 %`.
showRate :: Number -> String
showRate points = case split (Pattern ".") (show (points / 100.0)) of
  [ whole, "0" ] -> whole <> "\x00a0%"
  parts -> joinWith "." parts <> "\x00a0%"
