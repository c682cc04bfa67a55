{-# LANGUAGE DeriveAnyClass #-}

-- | What is to be ordered again, and what the stock is worth.
module Retail.Db.Planning
  ( setReordering,
    Kept (..),
    listDue,
    stockValues,
    listStockValues,
  )
where

import Data.Text (Text)
import Database.PostgreSQL.Simple
import GHC.Generics (Generic)
import Retail.Contract.Planning
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Stock (comingTo)
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Quantity

type Organisation = Id "organisation"

-- | The new version, or nothing if there is none of that version.
setReordering :: Connection -> Id "variant" -> Reordering -> IO (Maybe Reordering)
setReordering connection variant Reordering {..} =
  one
    <$> query
      connection
      "update variant set reorder_point = ?, target_level = ?, version = version + 1 where id = ? and version = ? \
      \returning reorder_point, target_level, version"
      (reorderPoint, targetLevel, variant, version)

-- | A variant that is kept at a location.
data Kept = Kept
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    unit :: Unit,
    onHand :: Int,
    reserved :: Int,
    underway :: Int,
    reorderPoint :: Int,
    targetLevel :: Int,
    cost :: Maybe Money,
    supplierId :: Maybe (Id "supplier")
  }
  deriving stock (Generic)
  deriving anyclass (FromRow)

-- | Those of which at most as much as the reorder point is available or on its way: by SKU, after the given one.
listDue :: Database -> Organisation -> Id "location" -> Maybe Text -> Int -> IO [Kept]
listDue database organisation location after limit =
  readTenant
    database
    organisation
    ( "select variant.id, sku, name, unit, on_hand, reserved_now(location, variant.id), coalesce(incoming, 0), reorder_point, target_level, cost, supplier \
      \from stock_level join variant on variant.id = stock_level.variant \
      \left join variant_cost on variant_cost.variant = variant.id left join ("
        <> comingTo
        <> ") coming on coming.variant = variant.id \
           \where location = ? and tracked and not archived and not (select archived from product where product.id = variant.product) and on_hand - reserved_now(location, variant.id) + coalesce(incoming, 0) <= reorder_point \
           \and (?::text is null or sku > ?) order by sku limit ?"
    )
    (location, location, location, after, after, limit)

-- | Of every location, by name.
stockValues :: Database -> Organisation -> IO [StockValue]
stockValues database organisation =
  readTenant
    database
    organisation
    "select location.id, location.name, count(stock_level.variant), coalesce(sum(round(cost * on_hand / 1000.0)), 0), \
    \coalesce(sum(round(price * on_hand / 1000.0)), 0), count(stock_level.variant) filter (where cost is null), \
    \coalesce(sum(round(price * on_hand / 1000.0)) filter (where cost is null), 0) \
    \from location left join stock_level on stock_level.location = location.id and on_hand <> 0 \
    \left join variant on variant.id = stock_level.variant left join variant_cost on variant_cost.variant = variant.id \
    \group by location.id, location.name order by location.name"
    ()

-- | What a location has: by SKU, after the given one.
listStockValues :: Database -> Organisation -> Id "location" -> Maybe Text -> Int -> IO [StockValueLine]
listStockValues database organisation location after limit =
  readTenant
    database
    organisation
    "select variant.id, sku, name, on_hand, cost, round(cost * on_hand / 1000.0), price, round(price * on_hand / 1000.0) \
    \from stock_level join variant on variant.id = stock_level.variant left join variant_cost on variant_cost.variant = variant.id \
    \where location = ? and on_hand <> 0 and (?::text is null or sku > ?) order by sku limit ?"
    (location, after, after, limit)
