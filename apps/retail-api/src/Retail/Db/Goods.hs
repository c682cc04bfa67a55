{-# LANGUAGE DeriveAnyClass #-}

-- | What documents about goods need to know of variants.
module Retail.Db.Goods (Ware (..), findWares) where

import Data.Text (Text)
import Database.PostgreSQL.Simple
import GHC.Generics (Generic)
import Retail.Db.Field ()
import Retail.Domain.Id
import Retail.Domain.Quantity

data Ware = Ware {variantId :: Id "variant", sku :: Text, unit :: Unit, tracked :: Bool}
  deriving stock (Generic)
  deriving anyclass (FromRow)

-- | Archived ones too: what is left of them is moved and counted.
findWares :: Connection -> [Id "variant"] -> IO [Ware]
findWares connection variants = query connection "select id, sku, unit, tracked from variant where id in ?" (Only (In variants))
