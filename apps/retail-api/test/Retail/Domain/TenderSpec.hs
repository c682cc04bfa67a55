module Retail.Domain.TenderSpec (spec) where

import Retail.Domain.Money
import Retail.Domain.Tender
import Support.Generators
import Test.Hspec
import Test.QuickCheck

spec :: Spec
spec = do
  it "conserves money across split tender, rounding and change" . forAll someTenders $ \(step, owed, tenders) ->
    case settle step owed tenders of
      Left _ -> discard
      Right Settlement {..} ->
        conjoin
          [ cash <> card === owed <> rounding,
            cash <> change === mconcat [amount | Tender {method = Cash, amount} <- tenders],
            property (change >= nothing),
            property (2 * abs (minorUnits rounding) <= stepSize step),
            minorUnits cash `mod` stepSize step === 0
          ]
  it "settles by hand-checked examples" $ do
    settled 5 1_002 [(Cash, 2_000)] `shouldBe` Right (1_000, 0, -2, 1_000)
    settled 5 1_003 [(Cash, 2_000)] `shouldBe` Right (1_005, 0, 2, 995)
    settled 5 1_003 [(Card, 1_003)] `shouldBe` Right (0, 1_003, 0, 0)
    settled 5 1_003 [(Card, 500), (Cash, 505)] `shouldBe` Right (505, 500, 2, 0)
    settled 1 1_003 [(Card, 500), (Card, 503)] `shouldBe` Right (0, 1_003, 0, 0)
    settled 1 0 [] `shouldBe` Right (0, 0, 0, 0)
  it "refuses what does not cover, overcharges a card, or is nothing" $ do
    settled 1 100 [(Cash, 99)] `shouldBe` Left (Uncovered (fromMinorUnits 1))
    settled 1 100 [] `shouldBe` Left (Uncovered (fromMinorUnits 100))
    settled 1 100 [(Card, 101)] `shouldBe` Left CardTooLarge
    settled 1 100 [(Cash, 0)] `shouldBe` Left NotPositive
    settled 1 100 [(Cash, 200), (Card, -5)] `shouldBe` Left NotPositive
  where
    someTenders = do
      step <- elements [1, 5, 10, 50] `suchThatMap` toCashStep
      owed <- amountUpTo 5_000
      tenders <- scale (`div` 20) (listOf (Tender <$> elements [Cash, Card] <*> amountUpTo 6_000))
      extra <- elements [[], [Tender Cash (owed <> fromMinorUnits 50)]]
      pure (step, owed, tenders <> extra)

settled :: Int -> Integer -> [(Method, Integer)] -> Either TenderFault (Integer, Integer, Integer, Integer)
settled size owed given = case toCashStep size of
  Nothing -> Left NotPositive
  Just step ->
    (\Settlement {..} -> (minorUnits cash, minorUnits card, minorUnits rounding, minorUnits change))
      <$> settle step (fromMinorUnits owed) [Tender {method, amount = fromMinorUnits amount} | (method, amount) <- given]
