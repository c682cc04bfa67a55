{-# LANGUAGE DeriveAnyClass #-}

-- | Products, variants, codes and tax.
module Retail.Db.Catalogue
  ( listTaxCategories,
    addTaxCategory,
    addTaxRate,
    listProducts,
    addProduct,
    editProduct,
    findProduct,
    findVariant,
    readVariant,
    listVariants,
    searchVariants,
    addVariant,
    editVariant,
    listBarcodes,
    addBarcode,
    CodeFound (..),
    findCodes,
    readCodes,
    Article (..),
    findArticles,
  )
where

import Control.Monad (void)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Database.PostgreSQL.Simple
import GHC.Generics (Generic)
import Retail.Contract.Catalogue
import Retail.Contract.Wire (enumText)
import Retail.Db.Field ()
import Retail.Db.Row (one)
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Quantity

type Organisation = Id "organisation"

listTaxCategories :: Database -> Organisation -> IO [TaxCategory]
listTaxCategories database organisation =
  readTenant
    database
    organisation
    "select id, name, coalesce((select points from tax_rate where category = tax_category.id and valid_from <= now() \
    \order by valid_from desc limit 1), 0) from tax_category order by name"
    ()

addTaxCategory :: Connection -> Id "tax-category" -> NewTaxCategory -> IO ()
addTaxCategory connection category NewTaxCategory {..} = do
  void (execute connection "insert into tax_category (id, name) values (?, ?)" (category, name))
  void (execute connection "insert into tax_rate (category, valid_from, points) values (?, '-infinity', ?)" (category, rate))

addTaxRate :: Connection -> Id "tax-category" -> NewTaxRate -> IO ()
addTaxRate connection category NewTaxRate {..} =
  void (execute connection "insert into tax_rate (category, valid_from, points) values (?, ?, ?)" (category, validFrom, rate))

-- | By name, after the given name and id.
listProducts :: Database -> Organisation -> Maybe (Text, Id "product") -> Int -> IO [Product]
listProducts database organisation after limit =
  readTenant
    database
    organisation
    "select id, name, tax_category, archived, version from product \
    \where ?::text is null or (name, id) > (?, ?) order by name, id limit ?"
    (fst <$> after, fst <$> after, snd <$> after, limit)

addProduct :: Connection -> Id "product" -> NewProduct -> IO ()
addProduct connection product NewProduct {..} =
  void (execute connection "insert into product (id, name, tax_category) values (?, ?, ?)" (product, name, taxCategoryId))

-- | The product as it is now, or nothing if there is none of that version.
editProduct :: Connection -> Id "product" -> EditProduct -> IO (Maybe Product)
editProduct connection product EditProduct {..} =
  one
    <$> query
      connection
      "update product set name = ?, tax_category = ?, archived = ?, version = version + 1 \
      \where id = ? and version = ? returning id, name, tax_category, archived, version"
      (name, taxCategoryId, archived, product, version)

findProduct :: Connection -> Id "product" -> IO (Maybe Product)
findProduct connection product =
  one <$> query connection "select id, name, tax_category, archived, version from product where id = ?" [product]

variantColumns :: Query
variantColumns = "id, product, sku, name, price, unit, tracked, oversell, reorder_point, target_level, archived, version"

oneVariant :: Query
oneVariant = "select " <> variantColumns <> " from variant where id = ?"

findVariant :: Connection -> Id "variant" -> IO (Maybe Variant)
findVariant connection variant = one <$> query connection oneVariant [variant]

readVariant :: Database -> Organisation -> Id "variant" -> IO (Maybe Variant)
readVariant database organisation variant = one <$> readTenant database organisation oneVariant [variant]

listVariants :: Database -> Organisation -> Id "product" -> IO [Variant]
listVariants database organisation product =
  readTenant database organisation ("select " <> variantColumns <> " from variant where product = ? order by sku") [product]

-- | Those that are sold, by SKU, after the given one; with a text, those that have it in their SKU or name.
searchVariants :: Database -> Organisation -> Maybe Text -> Maybe Text -> Int -> IO [ListedVariant]
searchVariants database organisation wanted after limit = do
  rows <-
    readTenant
      database
      organisation
      ( "select "
          <> variantColumns
          <> ", product_name, coalesce((select points from tax_rate where category = tax_category and valid_from <= now() \
             \order by valid_from desc limit 1), 0) \
             \from (select variant.*, product.name as product_name, product.tax_category from variant join product on product.id = variant.product \
             \where not variant.archived and not product.archived and (?::text is null or variant.sku > ?) \
             \and (?::text is null or position(lower(?) in lower(variant.sku || ' ' || variant.name || ' ' || product.name)) > 0) \
             \order by variant.sku limit ?) found order by sku"
      )
      (after, after, wanted, wanted, limit)
  codes <- readTenant database organisation "select variant, code, kind, pack from barcode where variant in ? order by code" (Only (In [variantId | Variant {variantId} :. _ <- rows]))
  let codesOf = Map.fromListWith (flip (<>)) [(owner, [barcode]) | Only owner :. barcode <- codes]
  pure [ListedVariant {barcodes = Map.findWithDefault [] variantId codesOf, ..} | variant@Variant {variantId} :. (productName, rate) <- rows]

addVariant :: Connection -> Id "variant" -> Id "product" -> NewVariant -> IO ()
addVariant connection variant product NewVariant {..} =
  void $
    execute
      connection
      "insert into variant (id, product, sku, name, price, unit, tracked, oversell, reorder_point) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
      (variant, product, sku, name, price, unit, tracked, oversell, reorderPoint)

-- | The variant as it is now, or nothing if there is none of that version.
editVariant :: Connection -> Id "variant" -> EditVariant -> IO (Maybe Variant)
editVariant connection variant EditVariant {..} =
  one
    <$> query
      connection
      ( "update variant set name = ?, price = ?, oversell = ?, reorder_point = ?, archived = ?, version = version + 1 \
        \where id = ? and version = ? returning "
          <> variantColumns
      )
      (name, price, oversell, reorderPoint, archived, variant, version)

listBarcodes :: Database -> Organisation -> Id "variant" -> IO [Barcode]
listBarcodes database organisation variant =
  readTenant database organisation "select code, kind, pack from barcode where variant = ? order by code" [variant]

addBarcode :: Connection -> Id "variant" -> Barcode -> IO ()
addBarcode connection variant Barcode {..} =
  void (execute connection "insert into barcode (code, kind, variant, pack) values (?, ?, ?, ?)" (code, enumText kind, variant, pack))

-- | A code of the catalogue and the variant it names.
data CodeFound = CodeFound
  { kind :: CodeKind,
    pack :: Int,
    variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    unit :: Unit,
    price :: Money
  }
  deriving stock (Generic)
  deriving anyclass (FromRow)

codes :: Query
codes =
  "select barcode.kind, barcode.pack, variant.id, variant.sku, variant.name, variant.unit, variant.price \
  \from barcode join variant on variant.id = barcode.variant join product on product.id = variant.product \
  \where barcode.code in ? and not variant.archived and not product.archived order by length(barcode.code) desc"

-- | What the catalogue has for any of the codes, whole codes first.
findCodes :: Connection -> [Text] -> IO [CodeFound]
findCodes connection wanted = query connection codes (Only (In wanted))

-- | The same, where nothing is about to change.
readCodes :: Database -> Organisation -> [Text] -> IO [CodeFound]
readCodes database organisation wanted = readTenant database organisation codes (Only (In wanted))

-- | What pricing needs to know of a variant.
data Article = Article
  { variantId :: Id "variant",
    sku :: Text,
    name :: Text,
    unit :: Unit,
    price :: Money,
    tracked :: Bool,
    rate :: BasisPoints
  }
  deriving stock (Generic)
  deriving anyclass (FromRow)

articles :: Query
articles =
  "select variant.id, variant.sku, variant.name, variant.unit, variant.price, variant.tracked, \
  \coalesce((select points from tax_rate where category = product.tax_category and valid_from <= now() \
  \order by valid_from desc limit 1), 0) \
  \from variant join product on product.id = variant.product \
  \where variant.id in ? and not variant.archived and not product.archived"

findArticles :: Connection -> [Id "variant"] -> IO [Article]
findArticles connection variants = query connection articles (Only (In variants))
