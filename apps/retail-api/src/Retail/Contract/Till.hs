{-# LANGUAGE DeriveAnyClass #-}

-- | What tills and their sessions take and give.
module Retail.Contract.Till where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.TillSession (SessionState)

-- | @openSession@ is the one that was not closed yet, if there is one.
data Till = Till
  { tillId :: Id "till",
    locationId :: Id "location",
    name :: Text,
    openSession :: Maybe (Id "till-session")
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data NewTill = NewTill {locationId :: Id "location", name :: Text}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data TillSession = TillSession
  { tillSessionId :: Id "till-session",
    tillId :: Id "till",
    locationId :: Id "location",
    state :: SessionState,
    openingFloat :: Money,
    openedAt :: UTCTime,
    closedAt :: Maybe UTCTime
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data OpenTill = OpenTill {tillId :: Id "till", openingFloat :: Money}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data Direction = PaidIn | PaidOut
  deriving stock (Eq, Show, Enum, Bounded)

deriving via Enumerated Direction instance Wire Direction

data CashMovement = CashMovement {direction :: Direction, amount :: Money, reason :: Text}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

newtype CountedCash = CountedCash {counted :: Money}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data TaxSum = TaxSum {rate :: BasisPoints, net :: Money, tax :: Money}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | While a session is open this is its X-report; when it closes, it is kept as its Z-report.
-- @cashSales + cardSales − cashRefunds − cardRefunds = total + rounding@.
data Report = Report
  { tillSessionId :: Id "till-session",
    till :: Text,
    openedAt :: UTCTime,
    closedAt :: Maybe UTCTime,
    sales :: Int,
    refunds :: Int,
    net :: Money,
    tax :: Money,
    total :: Money,
    rounding :: Money,
    taxes :: [TaxSum],
    cashSales :: Money,
    cardSales :: Money,
    cashRefunds :: Money,
    cardRefunds :: Money,
    openingFloat :: Money,
    paidIn :: Money,
    paidOut :: Money,
    expectedCash :: Money,
    countedCash :: Maybe Money,
    difference :: Maybe Money,
    firstReceipt :: Maybe Int,
    lastReceipt :: Maybe Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)
