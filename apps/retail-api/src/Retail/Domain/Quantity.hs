-- | How much of a thing: thousandths of its unit, so that pieces and kilograms are counted in the same whole numbers.
module Retail.Domain.Quantity
  ( Quantity,
    toQuantity,
    thousandths,
    oneUnit,
    Unit (..),
    fitsUnit,
    amountFor,
    quantityFor,
    Tally,
    toTally,
    tallied,
    tallyFitsUnit,
  )
where

import Data.Ratio ((%))
import Retail.Domain.Money (Money, minorUnits, roundHalfAway, scaleRounded)

-- | More than nothing, at most a million units.
newtype Quantity = Quantity {thousandths :: Integer}
  deriving newtype (Eq, Ord, Show)

toQuantity :: Integer -> Maybe Quantity
toQuantity count
  | count > 0 && count <= 1_000_000_000 = Just (Quantity count)
  | otherwise = Nothing

oneUnit :: Quantity
oneUnit = Quantity 1_000

data Unit = Piece | Kilogram
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | Pieces come whole.
fitsUnit :: Unit -> Quantity -> Bool
fitsUnit unit (Quantity count) = comesAs unit count

comesAs :: Unit -> Integer -> Bool
comesAs Kilogram _ = True
comesAs Piece count = count `rem` 1_000 == 0

-- | What a quantity costs at a price per unit, rounded once.
amountFor :: Money -> Quantity -> Money
amountFor price (Quantity count) = scaleRounded (count % 1_000) price

-- | How much an amount buys at a price per unit; 'Nothing' where that is no quantity, or the price is not positive.
quantityFor :: Money -> Money -> Maybe Quantity
quantityFor price amount
  | minorUnits price <= 0 = Nothing
  | otherwise = toQuantity (roundHalfAway ((minorUnits amount * 1_000) % minorUnits price))

-- | What was counted or set: a quantity, or nothing.
newtype Tally = Tally {tallied :: Integer}
  deriving newtype (Eq, Ord, Show)

toTally :: Integer -> Maybe Tally
toTally count
  | count == 0 = Just (Tally 0)
  | otherwise = Tally . thousandths <$> toQuantity count

tallyFitsUnit :: Unit -> Tally -> Bool
tallyFitsUnit unit (Tally count) = comesAs unit count
