-- | What comes into the cart, how much of it, and what goes out again.
module Retail.Till.Page.Sell.Lines (enter, chosen, more, remove, askQuantity, giveQuantity) where

import Prelude hiding (Unit, add)
import Prelude as Prelude

import Data.Array (index, length, replicate)
import Data.Either (Either(..))
import Data.Foldable (foldl, for_)
import Data.Int (floor)
import Data.Maybe (Maybe(..), isJust)
import Halogen as H
import Retail.Api.Request as Request
import Retail.Api.Types (Scan, Unit(..))
import Retail.Capability.Api (ask)
import Retail.Capability.Shared (shared)
import Retail.Component.Html (Notice(..))
import Retail.Component.Page (focus, sayFault)
import Retail.Data.Cart (Entry(..), add, lineOf, readEntry, removeLine, setQuantity)
import Retail.Data.Fault (Fault(..))
import Retail.Data.Known (scanOf)
import Retail.Data.Quantity (piece, readQuantity)
import Retail.Till.Page.Sell.Counter (complain)
import Retail.Till.Page.Sell.Price (reprice)
import Retail.Till.Page.Sell.State (Handle, Stage(..))

-- | What was scanned or typed.
enter :: Handle Prelude.Unit
enter = do
  { entry, found } <- H.get
  { known } <- shared
  case readEntry entry of
    Words "" -> H.modify_ _ { stage = Ringing }
    Words words -> case found of
      [ only ] -> chosen only
      [] -> complain ("No article is called “" <> words <> "”.")
      _ -> H.modify_ _ { said = Just (Good "Several articles fit: choose one, or type more of the name.") }
    Code count code -> do
      -- The next code may come while this one is looked up.
      H.modify_ _ { entry = "", found = [], said = Nothing }
      answer <- ask (Request.scanBarcode code)
      case answer of
        Right scan -> take count (Just code) scan
        Left NoAnswer | Just scan <- scanOf code known -> take count (Just code) scan
        Left fault -> do
          said <- sayFault fault
          H.modify_ _ { said = map (withCode code) said }
  where
  withCode code = case _ of
    Bad words -> Bad (code <> ": " <> words)
    good -> good

-- | So many thousandths of what the code means. Of what carries its price, each has a line of its own.
take :: Number -> Maybe String -> Scan -> Handle Prelude.Unit
take count code scan = do
  H.modify_ \state -> case foldl (\{ basket } one -> add one basket) { basket: state.basket, at: state.selected } lines of
    { basket, at } -> state { basket = basket, selected = at, stage = Ringing, said = Nothing }
  reprice
  where
  line = lineOf code scan
  lines
    | isJust scan.fixed = replicate (floor (count / piece)) line
    | otherwise = [ line { line = line.line { quantity = scan.quantity * (count / piece) } } ]

-- | Out of what was looked for. What is weighed is asked for its weight.
chosen :: Scan -> Handle Prelude.Unit
chosen scan = do
  H.modify_ _ { entry = "", found = [] }
  take piece Nothing scan
  if scan.unit == UnitKilogram then askQuantity else focus "entry"

more :: Int -> Number -> Handle Prelude.Unit
more at change = do
  { basket } <- H.get
  for_ (index basket.lines at) \{ line, unit } ->
    when (unit == UnitPiece) do
      if line.quantity + change < piece then remove at
      else H.modify_ _ { basket = setQuantity (line.quantity + change) at basket, selected = at } *> reprice

remove :: Int -> Handle Prelude.Unit
remove at = do
  H.modify_ \state -> state { basket = removeLine at state.basket, selected = max 0 (min state.selected (length state.basket.lines - 2)) }
  reprice
  focus "entry"

askQuantity :: Handle Prelude.Unit
askQuantity = do
  { basket, selected } <- H.get
  case index basket.lines selected of
    Just { line } | isJust line.code -> complain "This line has its price in its code: scan it again, or take it out."
    _ -> H.modify_ _ { stage = Measuring "", said = Nothing } *> focus "quantity"

giveQuantity :: Handle Prelude.Unit
giveQuantity = do
  { stage, basket, selected } <- H.get
  case stage, index basket.lines selected of
    Measuring text, Just { unit } -> case readQuantity unit text of
      Just quantity -> do
        H.modify_ _ { basket = setQuantity quantity selected basket, stage = Ringing, said = Nothing }
        focus "entry"
        reprice
      Nothing -> complain (if unit == UnitKilogram then "A weight is a number of kilograms, such as 0.350." else "Pieces are whole: 1, 2, 3.")
    _, _ -> pure unit
