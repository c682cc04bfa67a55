-- | Quantities in thousandths, as the server sends them.
module Retail.Data.Quantity (piece, showQuantity, readQuantity, readCount) where

import Prelude hiding (Unit)

import Data.Array (all)
import Data.Maybe (Maybe(..))
import Data.Number (floor, fromString)
import Data.Number.Format (toString)
import Data.String (Pattern(..), Replacement(..), length, replace, split, trim)
import Data.String.CodeUnits (toCharArray)
import Retail.Api.Types (Unit(..))

piece :: Number
piece = 1000.0

showQuantity :: Unit -> Number -> String
showQuantity unit thousandths = toString (thousandths / piece) <> case unit of
  UnitPiece -> ""
  UnitKilogram -> "\x00a0kg"

-- | What somebody typed. Pieces are whole.
readQuantity :: Unit -> String -> Maybe Number
readQuantity unit typed = do
  let text = replace (Pattern ",") (Replacement ".") (trim typed)
  number <- if wellFormed text then fromString text else Nothing
  let thousandths = floor (number * piece + 0.5)
  if thousandths < 1.0 || thousandths > 1.0e9 || (unit == UnitPiece && thousandths / piece /= floor (thousandths / piece)) then Nothing
  else Just thousandths
  where
  wellFormed text = case split (Pattern ".") text of
    [ whole ] -> digits whole
    [ whole, part ] -> digits whole && digits part && length part <= 3
    _ -> false
  digits text = text /= "" && length text <= 7 && all (\letter -> letter >= '0' && letter <= '9') (toCharArray text)

-- | What somebody counted: also nothing, also parts. The server knows what is sold in whole pieces.
readCount :: String -> Maybe Number
readCount typed = case trim typed of
  "0" -> Just 0.0
  text -> readQuantity UnitKilogram text
