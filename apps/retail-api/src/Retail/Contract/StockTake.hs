{-# LANGUAGE DeriveAnyClass #-}

-- | What counting the shelves takes and gives.
module Retail.Contract.StockTake where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Quantity
import Retail.Domain.StockTake (StockTakeState)

-- | Without @variants@ it is of all that the location has, or had.
data NewStockTake = NewStockTake {locationId :: Id "location", variants :: [Id "variant"]}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @version@ is the line's, 0 for one that is not counted or not there yet; another is refused.
data Count = Count {variantId :: Id "variant", counted :: Tally, version :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

newtype EnterCounts = EnterCounts {counts :: [Count]}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | Values are at the price of the moment in which a line was counted: @missing@ is the shrinkage, @found@ what there
-- was too much. Both are positive.
data StockTake = StockTake
  { stockTakeId :: Id "stock-take",
    locationId :: Id "location",
    state :: StockTakeState,
    startedAt :: UTCTime,
    endedAt :: Maybe UTCTime,
    lines :: Int,
    counted :: Int,
    differing :: Int,
    missing :: Money,
    found :: Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | @expected@ is what the books said when the line was counted; @value@ is the difference at @price@.
data StockTakeLine = StockTakeLine
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    unit :: Unit,
    expected :: Maybe Int,
    counted :: Maybe Tally,
    difference :: Maybe Int,
    price :: Maybe Money,
    value :: Maybe Money,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)
