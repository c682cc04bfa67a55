{-# LANGUAGE DeriveAnyClass #-}

-- | What was sold, by day.
module Retail.Contract.SalesReport where

import Data.Text (Text)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Id
import Retail.Domain.Money

-- | A till's day. @total@, @tax@, @cash@ and @card@ are of what was sold; what was given back is told apart.
data SalesDay = SalesDay
  { day :: Text,
    tillId :: Id "till",
    till :: Text,
    sales :: Int,
    refunds :: Int,
    total :: Money,
    tax :: Money,
    refunded :: Money,
    refundedTax :: Money,
    cash :: Money,
    card :: Money,
    cashRefunded :: Money,
    cardRefunded :: Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | Of a till's day, by the category that a thing is in now and the rate that it was sold at.
data CategoryDay = CategoryDay
  { day :: Text,
    tillId :: Id "till",
    taxCategoryId :: Id "tax-category",
    category :: Text,
    rate :: BasisPoints,
    total :: Money,
    tax :: Money,
    refunded :: Money,
    refundedTax :: Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | Web orders by the day on which they were paid, and their refunds by the day on which they were made.
data OrderDay = OrderDay {day :: Text, orders :: Int, total :: Money, tax :: Money, refunded :: Money}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | Days are those of the organisation's time zone, @YYYY-MM-DD@, the first and the last included.
data SalesReport = SalesReport
  { from :: Text,
    to :: Text,
    timeZone :: Text,
    days :: [SalesDay],
    categories :: [CategoryDay],
    webOrders :: [OrderDay]
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)
