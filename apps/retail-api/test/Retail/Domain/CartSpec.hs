module Retail.Domain.CartSpec (spec) where

import Data.Foldable (toList)
import Data.List.NonEmpty (NonEmpty (..))
import Data.Maybe (isNothing, mapMaybe)
import Retail.Domain.Cart
import Retail.Domain.Money
import Retail.Domain.Quantity
import Support.Generators
import Test.Hspec
import Test.QuickCheck
import Prelude hiding (lines)

spec :: Spec
spec = do
  it "has totals that are the sums of its lines, whatever the tax, rounding and discounts" . forAll priced $ \PricedCart {..} ->
    let rows = toList lines
     in conjoin
          [ net <> tax === total,
            amount `minus` reduction === (if isInclusive total net tax rows then total else net),
            mconcat [l | PricedLine {total = l} <- rows] === total,
            mconcat [l | PricedLine {tax = l} <- rows] === tax,
            mconcat [l | TaxTotal {tax = l} <- taxes] === tax,
            mconcat [l | TaxTotal {net = l} <- taxes] === net,
            conjoin [n <> t === l | PricedLine {net = n, tax = t, total = l} <- rows],
            property (all (\PricedLine {total = l, reduction = r, amount = a} -> l >= nothing && r >= nothing && r <= a) rows)
          ]
  it "taxes a document within half a minor unit per rate, lines within half each" . forAll ((,) <$> someMode <*> someCart) $ \(taxMode, cart) ->
    let totalTax rule = either (const Nothing) (\PricedCart {tax} -> Just (minorUnits tax)) (priceCart Pricing {taxMode, taxRounding = rule} NoDiscount cart)
        close line document = abs (line - document) <= toInteger (length cart)
     in (close <$> totalTax PerLine <*> totalTax PerDocument) =/= Just False
  it "prices by hand-checked examples" $ do
    totals Inclusive PerLine NoDiscount [(1_190, 1_000, 1_900)] `shouldBe` Right (1_000, 190, 1_190)
    totals Exclusive PerLine NoDiscount [(1_000, 1_000, 1_900)] `shouldBe` Right (1_000, 190, 1_190)
    totals Exclusive PerLine NoDiscount (replicate 3 (33, 1_000, 1_900)) `shouldBe` Right (99, 18, 117)
    totals Exclusive PerDocument NoDiscount (replicate 3 (33, 1_000, 1_900)) `shouldBe` Right (99, 19, 118)
    totals Inclusive PerLine NoDiscount [(1_999, 1_234, 700)] `shouldBe` Right (2_306, 161, 2_467)
    totals Inclusive PerLine (AmountOff (fromMinorUnits 100)) (replicate 3 (100, 1_000, 0)) `shouldBe` Right (200, 0, 200)
  it "refuses discounts above what they are taken from, and totals above the largest amount" $ do
    totals Inclusive PerLine (AmountOff (fromMinorUnits 101)) [(100, 1_000, 0)] `shouldBe` Left DiscountTooLarge
    totals Inclusive PerLine NoDiscount [(largestAmount, 2_000, 0)] `shouldBe` Left TotalTooLarge
    totals Inclusive PerLine NoDiscount [(-1, 1_000, 0)] `shouldBe` Left NegativeAmount
  it "gives back a whole line, in whatever parts" . property $ \(NonNegative paid) sold (parts :: [Quantity]) ->
    let steps = takeWhile (<= thousandths sold) (scanl (+) 0 (map thousandths parts)) <> [thousandths sold]
        shares = mapMaybe (\(from, to) -> toQuantity (to - from) >>= refundShare (fromMinorUnits paid) sold from) (zip steps (drop 1 steps))
     in conjoin [mconcat shares === fromMinorUnits paid, property (all (>= nothing) shares)]
  it "never gives back more than was sold" . property $ \paid sold (NonNegative before) more ->
    (before + thousandths more > thousandths sold) === isNothing (refundShare paid sold before more)
  where
    someMode = elements [Inclusive, Exclusive]
    priced = do
      taxMode <- someMode
      taxRounding <- elements [PerLine, PerDocument]
      ((,) <$> someDiscount 200 <*> someCart) `suchThatMap` \(discount, cart) ->
        either (const Nothing) Just (priceCart Pricing {taxMode, taxRounding} discount cart)
    isInclusive total net _ rows = mconcat [a `minus` r | PricedLine {amount = a, reduction = r} <- rows] == total || total == net

totals :: TaxMode -> TaxRounding -> Discount -> [(Integer, Integer, Integer)] -> Either PricingFault (Integer, Integer, Integer)
totals taxMode taxRounding discount given = case mapMaybe lineOf given of
  first : rest -> (\PricedCart {net, tax, total} -> (minorUnits net, minorUnits tax, minorUnits total)) <$> priceCart Pricing {..} discount (first :| rest)
  [] -> Right (0, 0, 0)
  where
    lineOf (price, count, points) = do
      quantity <- toQuantity count
      rate <- toBasisPoints points
      pure CartLine {item = (), unitPrice = fromMinorUnits price, quantity, fixed = Nothing, rate, discount = NoDiscount}
