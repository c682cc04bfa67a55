-- | Money in minor units of one currency. Sums and shares are exact: nothing here rounds unless its name says so.
module Retail.Domain.Money
  ( Money,
    toMoney,
    fromMinorUnits,
    minorUnits,
    nothing,
    minus,
    negative,
    isNegative,
    largestAmount,
    scaleRounded,
    apportion,
    roundHalfAway,
    BasisPoints,
    toBasisPoints,
    pointsOf,
    wholeInPoints,
  )
where

import Data.List (sortOn)
import Data.List.NonEmpty (NonEmpty)
import Data.List.NonEmpty qualified as NonEmpty
import Data.Ord (Down (..))
import Data.Ratio (denominator, numerator)

-- | An amount in minor units (cents). May be negative: a refund, a difference.
newtype Money = Money {minorUnits :: Integer}
  deriving newtype (Eq, Ord, Show)

instance Semigroup Money where
  Money a <> Money b = Money (a + b)

instance Monoid Money where
  mempty = Money 0

-- | What an amount that enters the system may be at most, in minor units. Far below what PostgreSQL's bigint and
-- JavaScript's numbers hold, so that sums of a million of them still fit.
largestAmount :: Integer
largestAmount = 1_000_000_000_000

-- | 'Nothing' if it is larger than 'largestAmount' in either direction.
toMoney :: Integer -> Maybe Money
toMoney amount
  | abs amount <= largestAmount = Just (Money amount)
  | otherwise = Nothing

-- | For amounts that we computed ourselves: a sum in the database may be larger than one amount may.
fromMinorUnits :: Integer -> Money
fromMinorUnits = Money

nothing :: Money
nothing = mempty

minus :: Money -> Money -> Money
minus (Money a) (Money b) = Money (a - b)

negative :: Money -> Money
negative (Money a) = Money (negate a)

isNegative :: Money -> Bool
isNegative = (< nothing)

-- | Halves go away from zero, as on a till receipt: 0.5 → 1, −0.5 → −1.
roundHalfAway :: Rational -> Integer
roundHalfAway exact = signum top * ((2 * abs top + bottom) `quot` (2 * bottom))
  where
    top = numerator exact
    bottom = denominator exact

scaleRounded :: Rational -> Money -> Money
scaleRounded factor (Money amount) = Money (roundHalfAway (factor * fromInteger amount))

-- | Splits an amount in proportion to weights (negative ones count as nothing; if all are nothing, evenly).
-- The shares sum to the amount, and each is within one minor unit of its exact share: largest remainder.
apportion :: Money -> NonEmpty Integer -> NonEmpty Money
apportion (Money amount) given = fmap (Money . (signum amount *)) (NonEmpty.zipWith (+) floors extras)
  where
    weights = if all (<= 0) given then 1 <$ given else max 0 <$> given
    total = sum weights
    parts = fmap (\weight -> (abs amount * weight) `divMod` total) weights
    floors = fmap fst parts
    missing = fromInteger (abs amount - sum floors)
    favoured = map fst . take missing . sortOn (Down . snd) . zip [0 :: Int ..] . map snd $ NonEmpty.toList parts
    extras = NonEmpty.zipWith (\index _ -> if index `elem` favoured then 1 else 0) (NonEmpty.iterate (+ 1) 0) floors

-- | Hundredths of a percent, between none and the whole.
newtype BasisPoints = BasisPoints {pointsOf :: Integer}
  deriving newtype (Eq, Ord, Show)

wholeInPoints :: Integer
wholeInPoints = 10_000

toBasisPoints :: Integer -> Maybe BasisPoints
toBasisPoints points
  | points >= 0 && points <= wholeInPoints = Just (BasisPoints points)
  | otherwise = Nothing
