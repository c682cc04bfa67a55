{-# LANGUAGE DeriveAnyClass #-}

-- | What is to be ordered again, and what the stock is worth.
module Retail.Contract.Planning where

import Data.Text (Text)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Quantity

-- | When a variant is ordered again, and up to how much. @version@ is the variant's that was edited.
data Reordering = Reordering {reorderPoint :: Tally, targetLevel :: Tally, version :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | @available@ is what is on hand and not reserved, and what is incoming. Cost and supplier are those of the last
-- receipt.
data Reorder = Reorder
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    unit :: Unit,
    onHand :: Int,
    reserved :: Int,
    incoming :: Int,
    available :: Int,
    reorderPoint :: Int,
    targetLevel :: Int,
    proposed :: Quantity,
    cost :: Maybe Money,
    supplierId :: Maybe (Id "supplier")
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | What the stock of a location is worth at its last cost, and at its price. What has no cost is in @uncosted@ (so
-- many variants) and @uncostedAtPrice@, and not in @atCost@.
data StockValue = StockValue
  { locationId :: Id "location",
    location :: Text,
    variants :: Int,
    atCost :: Money,
    atPrice :: Money,
    uncosted :: Int,
    uncostedAtPrice :: Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data StockValueLine = StockValueLine
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    onHand :: Int,
    cost :: Maybe Money,
    atCost :: Maybe Money,
    price :: Money,
    atPrice :: Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)
