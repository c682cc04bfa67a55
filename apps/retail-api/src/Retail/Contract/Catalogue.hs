{-# LANGUAGE DeriveAnyClass #-}

-- | What the catalogue's endpoints take and give.
module Retail.Contract.Catalogue where

import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple (FromRow)
import Database.PostgreSQL.Simple.FromField (FromField (..))
import GHC.Generics (Generic)
import Retail.Contract.Wire
import Retail.Db.Field (enumField)
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Quantity

data TaxCategory = TaxCategory {taxCategoryId :: Id "tax-category", name :: Text, rate :: BasisPoints}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data NewTaxCategory = NewTaxCategory {name :: Text, rate :: BasisPoints}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data NewTaxRate = NewTaxRate {validFrom :: UTCTime, rate :: BasisPoints}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data Product = Product
  { productId :: Id "product",
    name :: Text,
    taxCategoryId :: Id "tax-category",
    archived :: Bool,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

data NewProduct = NewProduct {name :: Text, taxCategoryId :: Id "tax-category"}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | @version@ is the one that was edited; another is refused.
data EditProduct = EditProduct
  { name :: Text,
    taxCategoryId :: Id "tax-category",
    archived :: Bool,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | What is not @tracked@ has no stock; what may @oversell@ is sold even if the books say that there is none. What is
-- available at the @reorderPoint@ or below it is on the reorder list, to be brought to the @targetLevel@.
data Variant = Variant
  { variantId :: Id "variant",
    productId :: Id "product",
    sku :: Text,
    name :: Text,
    price :: Money,
    unit :: Unit,
    tracked :: Bool,
    oversell :: Bool,
    reorderPoint :: Int,
    targetLevel :: Int,
    archived :: Bool,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | What a till has to know of a variant to sell it while nobody answers. @rate@ is the one of now.
data ListedVariant = ListedVariant
  { variant :: Variant,
    productName :: Text,
    rate :: BasisPoints,
    barcodes :: [Barcode]
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data NewVariant = NewVariant
  { sku :: Text,
    name :: Text,
    price :: Money,
    unit :: Unit,
    tracked :: Bool,
    oversell :: Bool,
    reorderPoint :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

data EditVariant = EditVariant
  { name :: Text,
    price :: Money,
    oversell :: Bool,
    reorderPoint :: Int,
    archived :: Bool,
    version :: Int
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)

-- | What the digits of a code stand for: a thing, or a thing and its weight or price.
data CodeKind = Gtin | Weight | Price
  deriving stock (Eq, Show, Enum, Bounded)

deriving via Enumerated CodeKind instance Wire CodeKind

instance FromField CodeKind where
  fromField = enumField enumText

-- | @code@ is a GTIN, or for weight and price the seven digits that in-store codes begin with.
data Barcode = Barcode {code :: Text, kind :: CodeKind, pack :: Int}
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire, FromRow)

-- | What a scanned code means now. @fixed@ is the amount of a code that carries its price.
data Scan = Scan
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    unit :: Unit,
    unitPrice :: Money,
    quantity :: Quantity,
    fixed :: Maybe Money
  }
  deriving stock (Eq, Show, Generic)
  deriving anyclass (Wire)
