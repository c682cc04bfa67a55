-- | What a till may sell while the server does not answer: whole pieces with known prices that include the tax, without
-- discounts, for cash. Then the total is a sum, and no rule of the server is guessed at. The server prices the sale
-- again when it is sent; a difference is shown, never hidden.
module Retail.Data.Offline (priceOffline, roundCash) where

import Prelude

import Data.Array (all, null)
import Data.Foldable (sum)
import Data.Maybe (Maybe(..), isNothing)
import Data.Number (floor)
import Retail.Api.Types (Organisation, PricedCart, TaxMode(..), Unit(..))
import Retail.Data.Cart (Basket)
import Retail.Data.Quantity (piece)

priceOffline :: Organisation -> Basket -> Maybe PricedCart
priceOffline { taxMode, cashStep } { lines, discount } =
  if taxMode == TaxModeInclusive && not (null lines) && isNothing discount && all simple lines then
    Just { amount: total, reduction: 0.0, net: total, tax: 0.0, total, cashTotal: roundCash cashStep total, lines: map priced lines, taxes: [] }
  else Nothing
  where
  total = sum (map amountOf lines)
  simple { line, unit } = unit == UnitPiece && isNothing line.code && isNothing line.discount
  amountOf { line, unitPrice } = unitPrice * (line.quantity / piece)
  priced line =
    { variantId: line.line.variantId
    , sku: line.sku
    , name: line.name
    , quantity: line.line.quantity
    , unitPrice: line.unitPrice
    , rate: 0.0
    , amount: amountOf line
    , reduction: 0.0
    , net: amountOf line
    , tax: 0.0
    , total: amountOf line
    }

-- | To the nearest multiple of the smallest coin; halves go up. Amounts due are not negative.
roundCash :: Number -> Number -> Number
roundCash step amount = if step <= 1.0 then amount else floor (amount / step + 0.5) * step
