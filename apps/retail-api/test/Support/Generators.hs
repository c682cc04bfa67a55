{-# OPTIONS_GHC -Wno-orphans #-}

module Support.Generators (amountUpTo, someDiscount, someCart) where

import Data.List.NonEmpty (NonEmpty (..))
import Data.Maybe (mapMaybe)
import Retail.Domain.Cart
import Retail.Domain.Money
import Retail.Domain.Quantity
import Test.QuickCheck

instance Arbitrary Money where
  arbitrary = fromMinorUnits <$> oneof [choose (-1_000, 1_000), choose (-1_000_000_000_000, 1_000_000_000_000)]
  shrink = map fromMinorUnits . shrink . minorUnits

instance Arbitrary Quantity where
  arbitrary = oneof [known (* 1_000) (1, 50), known id (1, 1_000_000)]
    where
      known scale range = choose range `suchThatMap` (toQuantity . scale)
  shrink = mapMaybe toQuantity . shrink . thousandths

instance Arbitrary BasisPoints where
  arbitrary = oneof [elements [0, 550, 700, 1_900, 2_100, 10_000], choose (0, 10_000)] `suchThatMap` toBasisPoints
  shrink = mapMaybe toBasisPoints . shrink . pointsOf

amountUpTo :: Integer -> Gen Money
amountUpTo most = fromMinorUnits <$> choose (0, most)

someDiscount :: Integer -> Gen Discount
someDiscount most = oneof [pure NoDiscount, PercentOff <$> arbitrary, AmountOff <$> amountUpTo most]

-- | With few rates, so that lines share them.
someCart :: Gen (NonEmpty (CartLine ()))
someCart = do
  rates <- vectorOf 3 arbitrary
  let someLine = do
        unitPrice <- amountUpTo 100_000
        quantity <- arbitrary
        fixed <- frequency [(5, pure Nothing), (1, Just <$> amountUpTo 9_999)]
        rate <- elements rates
        discount <- someDiscount 300
        pure CartLine {item = (), ..}
  (:|) <$> someLine <*> scale (`div` 4) (listOf someLine)
