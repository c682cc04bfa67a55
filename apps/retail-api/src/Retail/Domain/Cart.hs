-- | Pricing a cart: line amounts, discounts, tax. Every total is the sum of its lines.
module Retail.Domain.Cart
  ( Pricing (..),
    TaxMode (..),
    TaxRounding (..),
    Discount (..),
    CartLine (..),
    PricedLine (..),
    PricedCart (..),
    TaxTotal (..),
    PricingFault (..),
    priceCart,
    refundShare,
  )
where

import Control.Monad (when)
import Data.Foldable (fold, toList)
import Data.List.NonEmpty (NonEmpty)
import Data.List.NonEmpty qualified as NonEmpty
import Data.Map.Strict (Map)
import Data.Map.Strict qualified as Map
import Data.Maybe (fromMaybe)
import Data.Ratio ((%))
import Retail.Domain.Money
import Retail.Domain.Quantity
import Prelude hiding (lines)

data TaxMode = Inclusive | Exclusive
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | Where tax is rounded: on each line, or once per rate and then apportioned to the lines.
data TaxRounding = PerLine | PerDocument
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data Pricing = Pricing {taxMode :: TaxMode, taxRounding :: TaxRounding}
  deriving stock (Eq, Show)

data Discount = NoDiscount | PercentOff BasisPoints | AmountOff Money
  deriving stock (Eq, Show)

-- | @fixed@ is the amount of a line whose code carries its price; otherwise price times quantity.
data CartLine item = CartLine
  { item :: item,
    unitPrice :: Money,
    quantity :: Quantity,
    fixed :: Maybe Money,
    rate :: BasisPoints,
    discount :: Discount
  }
  deriving stock (Eq, Show)

-- | @amount@ is before discounts, @reduction@ the line's own discount and its share of the cart's,
-- @net + tax = total@, and @total@ is what the customer owes for the line.
data PricedLine item = PricedLine
  { line :: CartLine item,
    amount :: Money,
    reduction :: Money,
    net :: Money,
    tax :: Money,
    total :: Money
  }
  deriving stock (Eq, Show)

data TaxTotal = TaxTotal {rate :: BasisPoints, net :: Money, tax :: Money}
  deriving stock (Eq, Show)

data PricedCart item = PricedCart
  { lines :: NonEmpty (PricedLine item),
    amount :: Money,
    reduction :: Money,
    net :: Money,
    tax :: Money,
    total :: Money,
    taxes :: [TaxTotal]
  }
  deriving stock (Eq, Show)

data PricingFault
  = -- | A price or discount below zero.
    NegativeAmount
  | -- | A discount above what it is taken from.
    DiscountTooLarge
  | -- | A total above 'largestAmount'.
    TotalTooLarge
  deriving stock (Eq, Ord, Show, Enum, Bounded)

priceCart :: Pricing -> Discount -> NonEmpty (CartLine item) -> Either PricingFault (PricedCart item)
priceCart Pricing {taxMode, taxRounding} cartDiscount given = do
  reduced <- traverse reduceLine given
  let remaining = fmap (\(_, before, off) -> before `minus` off) reduced
  shared <- discountOf cartDiscount (fold remaining)
  let shares = apportion shared (minorUnits <$> remaining)
      due = NonEmpty.zipWith minus remaining shares
      rates = fmap (\CartLine {rate} -> rate) given
      taxes = case taxRounding of
        PerLine -> NonEmpty.zipWith (taxOf taxMode) rates due
        PerDocument -> taxPerDocument taxMode (NonEmpty.zip rates due)
      cart = summed (finishLine taxMode <$> NonEmpty.zip (NonEmpty.zip reduced shares) (NonEmpty.zip due taxes))
  if tooLarge cart then Left TotalTooLarge else Right cart
  where
    tooLarge PricedCart {amount, total} = any ((> largestAmount) . minorUnits) [amount, total]

-- | The line, its amount, and what its own discount takes off.
reduceLine :: CartLine item -> Either PricingFault (CartLine item, Money, Money)
reduceLine line@CartLine {unitPrice, quantity, fixed, discount} = do
  let before = fromMaybe (amountFor unitPrice quantity) fixed
  when (isNegative before || isNegative unitPrice) (Left NegativeAmount)
  off <- discountOf discount before
  pure (line, before, off)

discountOf :: Discount -> Money -> Either PricingFault Money
discountOf NoDiscount _ = Right nothing
discountOf (PercentOff points) before = Right (scaleRounded (pointsOf points % wholeInPoints) before)
discountOf (AmountOff off) before
  | isNegative off = Left NegativeAmount
  | off > before = Left DiscountTooLarge
  | otherwise = Right off

-- | The tax in an amount, or on top of it.
taxOf :: TaxMode -> BasisPoints -> Money -> Money
taxOf Inclusive rate = scaleRounded (pointsOf rate % (wholeInPoints + pointsOf rate))
taxOf Exclusive rate = scaleRounded (pointsOf rate % wholeInPoints)

taxPerDocument :: TaxMode -> NonEmpty (BasisPoints, Money) -> NonEmpty Money
taxPerDocument mode due = foldr (NonEmpty.zipWith (<>) . sharesOf) (nothing <$ due) (Map.toList perRate)
  where
    perRate = Map.fromListWith (<>) (toList due)
    sharesOf (rate, amount) = apportion (taxOf mode rate amount) (weightIn rate <$> due)
    weightIn rate (own, amount) = if own == rate then minorUnits amount else 0

finishLine :: TaxMode -> (((CartLine item, Money, Money), Money), (Money, Money)) -> PricedLine item
finishLine mode (((line, amount, off), share), (due, tax)) = PricedLine {line, amount, reduction = off <> share, net, tax, total}
  where
    (net, total) = case mode of
      Inclusive -> (due `minus` tax, due)
      Exclusive -> (due, due <> tax)

summed :: NonEmpty (PricedLine item) -> PricedCart item
summed priced =
  PricedCart
    { lines = priced,
      amount = foldMap (\PricedLine {amount} -> amount) priced,
      reduction = foldMap (\PricedLine {reduction} -> reduction) priced,
      net = foldMap (\PricedLine {net} -> net) priced,
      tax = foldMap (\PricedLine {tax} -> tax) priced,
      total = foldMap (\PricedLine {total} -> total) priced,
      taxes = [TaxTotal {rate, net, tax} | (rate, (net, tax)) <- Map.toList perRate]
    }
  where
    perRate :: Map BasisPoints (Money, Money)
    perRate = Map.fromListWith (<>) [(rate, (net, tax)) | PricedLine {line = CartLine {rate}, net, tax} <- toList priced]

-- | What is given back for @more@ of a line of which @before@ was given back already, all in thousandths. Partial
-- refunds of a whole line sum to its amount, in whatever steps. 'Nothing' if that is more than was sold.
refundShare :: Money -> Quantity -> Integer -> Quantity -> Maybe Money
refundShare paid sold before more
  | before < 0 || after > thousandths sold = Nothing
  | otherwise = Just (upTo after `minus` upTo before)
  where
    after = before + thousandths more
    upTo count = scaleRounded (count % thousandths sold) paid
