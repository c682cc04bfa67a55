-- | Products, variants, codes and tax.
module Retail.Http.CatalogueServer (catalogueServer) where

import Control.Monad (when)
import Data.Text qualified as Text
import Data.Tuple (swap)
import Retail.App.Env
import Retail.App.Pricing
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.Catalogue
import Retail.Db.Catalogue qualified as Catalogue
import Retail.Db.Row (one)
import Retail.Domain.Barcode (gtin, gtinText, referenceCode, referenceText)
import Retail.Domain.Money
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

catalogueServer :: Env -> Actor -> CatalogueApi (AsServerT IO)
catalogueServer env@Env {database} actor@Actor {organisation} =
  CatalogueApi
    { listTaxCategories = reading >> Catalogue.listTaxCategories database organisation,
      addTaxCategory = \key request@NewTaxCategory {..} ->
        editing
          >> mutate
            env
            actor
            key
            "tax-categories"
            request
            ( \work@Work {connection} -> do
                let taxCategoryId = freshId work "tax-category"
                Catalogue.addTaxCategory connection taxCategoryId request
                pure TaxCategory {..}
            ),
      addTaxRate = \category key request ->
        editing
          >> mutate
            env
            actor
            key
            ("tax-rates " <> idText category)
            request
            ( \work@Work {connection} -> do
                Catalogue.addTaxRate connection category request
                note work "tax-rate" (Just category) (Text.pack (show request))
                pure request
            ),
      listProducts = \after limit -> do
        reading
        mark <- traverse (cursor markedText) after
        pageOf limit (\Product {name, productId} -> markText productId name) <$> Catalogue.listProducts database organisation (swap <$> mark) (size limit),
      addProduct = \key request@NewProduct {..} ->
        editing
          >> mutate
            env
            actor
            key
            "products"
            request
            ( \work@Work {connection} -> do
                let productId = freshId work "product"
                Catalogue.addProduct connection productId request
                pure Product {archived = False, version = 1, ..}
            ),
      editProduct = \product key request ->
        editing
          >> mutate
            env
            actor
            key
            ("products " <> idText product)
            request
            ( \Work {connection} -> do
                after <- Catalogue.editProduct connection product request
                before <- Catalogue.findProduct connection product
                edited "product" after before
            ),
      listVariants = \product -> reading >> foundIn env actor "product" "product" product (Catalogue.listVariants database organisation product),
      addVariant = \productId key request@NewVariant {..} ->
        editing
          >> mutate
            env
            actor
            key
            ("variants of " <> idText productId)
            request
            ( \work@Work {connection} -> do
                when (isNegative price || reorderPoint < 0) (refuse InvalidValue "Prices and reorder points are not negative.")
                _ <- Catalogue.findProduct connection productId >>= found "product"
                let variantId = freshId work "variant"
                Catalogue.addVariant connection variantId productId request
                pure Variant {targetLevel = 0, archived = False, version = 1, ..}
            ),
      searchVariants = \wanted after limit ->
        reading >> pageOf limit (\ListedVariant {variant = Variant {sku}} -> sku) <$> Catalogue.searchVariants database organisation wanted after (size limit),
      readVariant = \variant -> reading >> Catalogue.readVariant database organisation variant >>= found "variant",
      editVariant = \variant key request@EditVariant {price, reorderPoint} ->
        editing
          >> mutate
            env
            actor
            key
            ("variants " <> idText variant)
            request
            ( \work@Work {connection} -> do
                when (isNegative price || reorderPoint < 0) (refuse InvalidValue "Prices and reorder points are not negative.")
                before <- Catalogue.findVariant connection variant
                after <- Catalogue.editVariant connection variant request
                note work "edit-variant" (Just variant) (Text.pack (show price))
                edited "variant" after before
            ),
      listBarcodes = \variant -> reading >> foundIn env actor "variant" "variant" variant (Catalogue.listBarcodes database organisation variant),
      addBarcode = \variant key request ->
        editing
          >> mutate
            env
            actor
            key
            ("barcodes of " <> idText variant)
            request
            ( \Work {connection} -> do
                _ <- Catalogue.findVariant connection variant >>= found "variant"
                barcode <- canonical request
                Catalogue.addBarcode connection variant barcode
                pure barcode
            ),
      scanBarcode = \text -> do
        reading
        parsed <- gtin text `orRefuse` (InvalidValue, "The code is not a GTIN with a right check digit.")
        known <- Catalogue.readCodes database organisation (codesOf parsed)
        found "code" (one known >>= scan parsed)
    }
  where
    reading = require actor ReadCatalogue
    editing = requireEverywhere actor EditCatalogue

-- | A GTIN becomes its 14 digits; the reference of in-store codes has seven.
canonical :: Barcode -> IO Barcode
canonical Barcode {code, kind, pack} = do
  when (pack < 1 || pack > 100_000) (refuse InvalidValue "A pack has between 1 and 100000 units.")
  text <- case kind of
    Gtin -> fmap gtinText (gtin code) `orRefuse` (InvalidValue, "The code is not a GTIN with a right check digit.")
    _ -> fmap referenceText (referenceCode code) `orRefuse` (InvalidValue, "In-store codes are named by their first seven digits, which begin with 2.")
  pure Barcode {code = text, ..}
