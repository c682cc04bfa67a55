{-# OPTIONS_GHC -Wno-orphans #-}

module Retail.Domain.WebOrderSpec (spec) where

import Control.Monad (foldM)
import Data.List (sort)
import Retail.Domain.Money
import Retail.Domain.Payment (PaymentEvent, PaymentState (Created), advance, told)
import Retail.Domain.WebOrder
import Support.Generators ()
import Test.Hspec
import Test.QuickCheck

spec :: Spec
spec = do
  it "allows these steps and no others" $
    [(state, action, next) | state <- [minBound ..], action <- [minBound ..], Just next <- [step state action]]
      `shouldMatchList` [ (Draft, Place, Placed),
                          (Draft, Cancel, Cancelled),
                          (Placed, Pay, Paid),
                          (Placed, Cancel, Cancelled),
                          (Placed, Expire, Expired),
                          (Paid, FulfilSome, PartFulfilled),
                          (Paid, FulfilRest, Fulfilled),
                          (Paid, Cancel, Cancelled),
                          (PartFulfilled, FulfilSome, PartFulfilled),
                          (PartFulfilled, FulfilRest, Fulfilled)
                        ]
  it "hands nothing out that was not paid, on any way" . property . forAll (listOf (elements [minBound ..])) $ \actions ->
    case foldM step Draft actions of
      Just state | state `elem` [PartFulfilled, Fulfilled] -> property (Pay `elem` actions)
      _ -> property True
  it "keeps no more than was paid, and no more than the total of what is paid for" . property $ \state total paid ->
    let kept = keeps state (most total) (most paid)
        most = max nothing
     in conjoin [property (kept >= nothing && kept <= most paid), state `elem` [Paid, PartFulfilled, Fulfilled] ==> kept <= most total]
  it "gives an excess back to charges that have it, exactly" . property $ \given (charges :: [Money]) ->
    let left = zip [0 :: Int ..] (map (max nothing) charges)
        excess = max nothing given
        back = refundsOf excess left
     in conjoin
          [ mconcat (map snd back) === min excess (mconcat (map snd left)),
            property (and [amount > nothing && Just amount <= lookup charge left | (charge, amount) <- back]),
            map fst back === sort (map fst back)
          ]
  it "knows the same of a payment in whatever order it is told, and however often" . property . forAll (listOf anyEvent) $ \events ->
    forAll (shuffle (events <> events)) $ \shuffled -> foldl told Created shuffled === foldl told Created events
  it "agrees with a till's payments where the order is right" . property . forAll (listOf anyEvent) $ \events ->
    maybe (property True) (=== foldl told Created events) (foldM advance Created events)
  where
    anyEvent = elements [minBound .. maxBound :: PaymentEvent]

instance Arbitrary OrderState where
  arbitrary = elements [minBound ..]
