{-# LANGUAGE DeriveAnyClass #-}

-- | What suppliers, orders and receipts of goods take and give.
module Retail.Contract.Purchase where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import GHC.Generics (Generic)
import Retail.Contract.Transfer (GoodsLine)
import Retail.Contract.Wire
import Retail.Db.Field ()
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.PurchaseOrder (PurchaseState)
import Retail.Domain.Quantity

data Supplier = Supplier
  { supplierId :: Id "supplier",
    name :: Text,
    contact :: Text,
    archived :: Bool,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data NewSupplier = NewSupplier {name :: Text, contact :: Text}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @version@ is the one that was edited; another is refused.
data EditSupplier = EditSupplier {name :: Text, contact :: Text, archived :: Bool, version :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @cost@ is that of one unit.
data PurchaseItem = PurchaseItem {variantId :: Id "variant", quantity :: Quantity, cost :: Money}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data NewPurchaseOrder = NewPurchaseOrder
  { supplierId :: Id "supplier",
    locationId :: Id "location",
    lines :: [PurchaseItem]
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | Other lines for a draft. @version@ is the one that was edited; another is refused.
data EditPurchaseOrder = EditPurchaseOrder {lines :: [PurchaseItem], version :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @excess@ says that more may be received than is outstanding.
data NewGoodsReceipt = NewGoodsReceipt {lines :: [GoodsLine], excess :: Bool}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data PurchaseOrderHead = PurchaseOrderHead
  { purchaseOrderId :: Id "purchase-order",
    supplierId :: Id "supplier",
    supplier :: Text,
    locationId :: Id "location",
    state :: PurchaseState,
    total :: Money,
    createdAt :: UTCTime,
    orderedAt :: Maybe UTCTime,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data PurchaseOrderLine = PurchaseOrderLine
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    quantity :: Quantity,
    cost :: Money,
    received :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data PurchaseOrder = PurchaseOrder {head :: PurchaseOrderHead, lines :: [PurchaseOrderLine]}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | One line of a receipt of goods; those with the same @goodsReceiptId@ came together.
data ReceivedGoods = ReceivedGoods
  { goodsReceiptId :: Id "goods-receipt",
    at :: UTCTime,
    variantId :: Id "variant",
    sku :: Text,
    quantity :: Quantity
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)
