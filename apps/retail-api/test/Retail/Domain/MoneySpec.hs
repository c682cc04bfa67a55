module Retail.Domain.MoneySpec (spec) where

import Data.Foldable (fold, toList)
import Data.List.NonEmpty (NonEmpty (..))
import Data.Ratio ((%))
import Retail.Domain.Money
import Support.Generators ()
import Test.Hspec
import Test.QuickCheck

spec :: Spec
spec = do
  it "apportions without losing or making a cent" . property $ \amount (weights :: NonEmptyList Integer) ->
    fold (apportion amount (nonEmpty (getNonEmpty weights))) === amount
  it "apportions each share to within one minor unit of its exact value" . property $ \amount (given :: NonEmptyList (NonNegative Integer)) ->
    let weights = nonEmpty (map getNonNegative (getNonEmpty given))
        total = sum weights
        exact weight = fromInteger (minorUnits amount) * (weight % total)
     in total > 0 ==> conjoin [counterexample (show share) (abs (fromInteger (minorUnits share) - exact weight) < 1) | (share, weight) <- zip (toList (apportion amount weights)) (toList weights)]
  it "gives nothing to what weighs nothing" . property $ \amount (Positive weight) ->
    toList (apportion amount (0 :| [weight, 0])) === [nothing, amount, nothing]
  it "rounds halves away from zero" $
    map roundHalfAway [1 % 2, -1 % 2, 3 % 2, 49 % 100, -149 % 100, 0] `shouldBe` [1, -1, 2, 0, -1, 0]
  it "refuses amounts above the largest" $ do
    toMoney (largestAmount + 1) `shouldBe` Nothing
    toMoney (negate largestAmount - 1) `shouldBe` Nothing
    fmap minorUnits (toMoney largestAmount) `shouldBe` Just largestAmount
  where
    nonEmpty = \case
      first : rest -> first :| rest
      [] -> 1 :| []
