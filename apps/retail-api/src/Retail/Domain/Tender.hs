-- | Settling what is owed with several means of payment: split tender, change, and the rounding of cash.
module Retail.Domain.Tender
  ( Method (..),
    Tender (..),
    CashStep,
    toCashStep,
    stepSize,
    Settlement (..),
    TenderFault (..),
    settle,
    roundCash,
  )
where

import Data.Ratio ((%))
import Retail.Domain.Money

data Method = Cash | Card
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | What the customer hands over: for cash the notes and coins, for a card what it is charged.
data Tender = Tender {method :: Method, amount :: Money}
  deriving stock (Eq, Show)

-- | The smallest coin in minor units: 1 where cash is exact, 5 where it is rounded to 0.05.
newtype CashStep = CashStep Int
  deriving newtype (Eq, Show)

toCashStep :: Int -> Maybe CashStep
toCashStep size
  | size >= 1 && size <= 1_000 = Just (CashStep size)
  | otherwise = Nothing

stepSize :: CashStep -> Integer
stepSize (CashStep size) = toInteger size

-- | @cash + card = total + rounding@, and the customer gave @cash + change@.
data Settlement = Settlement
  { cash :: Money,
    card :: Money,
    rounding :: Money,
    change :: Money
  }
  deriving stock (Eq, Show)

data TenderFault
  = -- | A tender of nothing or less.
    NotPositive
  | -- | Cards are charged at most what is owed: there is no change on a card.
    CardTooLarge
  | -- | What was given does not cover what is owed; this much is missing.
    Uncovered Money
  deriving stock (Eq, Show)

-- | Cards first; what they leave is rounded to the cash step if cash is given at all.
settle :: CashStep -> Money -> [Tender] -> Either TenderFault Settlement
settle step owed tenders
  | any (\Tender {amount} -> amount <= nothing) tenders = Left NotPositive
  | card > owed = Left CardTooLarge
  | null cashGiven && left > nothing = Left (Uncovered left)
  | given < cash = Left (Uncovered (cash `minus` given))
  | otherwise = Right Settlement {cash, card, rounding = cash `minus` left, change = given `minus` cash}
  where
    card = mconcat [amount | Tender {method = Card, amount} <- tenders]
    cashGiven = [amount | Tender {method = Cash, amount} <- tenders]
    given = mconcat cashGiven
    left = owed `minus` card
    cash = if null cashGiven then nothing else roundCash step left

-- | To the nearest multiple of the step; halves go away from zero.
roundCash :: CashStep -> Money -> Money
roundCash step amount = scaleRounded (fromInteger (stepSize step)) (scaleRounded (1 % stepSize step) amount)
