-- | A drawer's day: opened with a float, counted, closed.
module Retail.Domain.TillSession
  ( SessionState (..),
    SessionAction (..),
    step,
    sells,
    Drawer (..),
    expectedCash,
  )
where

import Retail.Domain.Money (Money, minus)

-- | While it is being counted nothing is sold; a count may be taken back.
data SessionState = Open | Counting | Closed
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data SessionAction = Count | Reopen | Close
  deriving stock (Eq, Ord, Show, Enum, Bounded)

-- | 'Nothing' where the action is refused.
step :: SessionState -> SessionAction -> Maybe SessionState
step Open Count = Just Counting
step Open _ = Nothing
step Counting Reopen = Just Open
step Counting Close = Just Closed
step Counting Count = Just Counting
step Closed _ = Nothing

sells :: SessionState -> Bool
sells = (== Open)

-- | What went into a drawer and out of it. All amounts are positive.
data Drawer = Drawer
  { openingFloat :: Money,
    paidIn :: Money,
    paidOut :: Money,
    cashSales :: Money,
    cashRefunds :: Money
  }
  deriving stock (Eq, Show)

expectedCash :: Drawer -> Money
expectedCash Drawer {..} = (openingFloat <> paidIn <> cashSales) `minus` (paidOut <> cashRefunds)
