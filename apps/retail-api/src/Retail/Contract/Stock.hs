{-# LANGUAGE DeriveAnyClass #-}

-- | What the stock endpoints take and give. Counts are thousandths of a variant's unit.
module Retail.Contract.Stock where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Id

data Location = Location {locationId :: Id "location", name :: Text}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

newtype NewLocation = NewLocation {name :: Text}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @incoming@ is what is on its way here, from other locations and from suppliers.
data StockLevel = StockLevel
  { variantId :: Id "variant",
    locationId :: Id "location",
    sku :: Text,
    name :: Text,
    onHand :: Int,
    reserved :: Int,
    incoming :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data StockMovement = StockMovement
  { variantId :: Id "variant",
    locationId :: Id "location",
    change :: Int,
    reason :: Text,
    at :: UTCTime
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data StockReason = Receipt | Adjustment
  deriving stock (Eq, Show, Enum, Bounded)

deriving via Enumerated StockReason instance Wire StockReason

data StockChange = StockChange
  { variantId :: Id "variant",
    locationId :: Id "location",
    change :: Int,
    reason :: StockReason
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)
