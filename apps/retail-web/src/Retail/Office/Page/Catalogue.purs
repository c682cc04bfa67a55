-- | What the shop sells: products, what of them is sold, and the codes that mean it.
module Retail.Office.Page.Catalogue (component) where

import Prelude hiding (Unit)
import Prelude as Prelude

import Data.Array (concatMap, filter)
import Data.Foldable (for_, sequence_)
import Data.Maybe (Maybe(..))
import Data.String (trim)
import Data.Traversable (traverse)
import Data.Tuple (Tuple(..))
import Foreign.Object as Object
import Halogen as H
import Retail.Api.Request as Request
import Retail.Api.Types (CodeKind(..), EditVariant, Me, Product, TaxCategoryId(..), Unit(..), Variant)
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Capability.Pages (allPages)
import Retail.Component.Html (Notice(..))
import Retail.Component.Page (answered, complain, focus, once, stay)
import Retail.Data.Form (emptyForm, typed)
import Retail.Data.Money (plainMoney, readMoney, readPoints)
import Retail.Data.Quantity (readCount)
import Retail.Office.Lines (quantityText)
import Retail.Office.Page.Catalogue.View (Action(..), State, render, variantText)

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, categories: [], products: Nothing, chosen: Nothing, variants: [], codes: Object.empty, form: emptyForm, key: "", said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Prelude.Unit
handle = case _ of
  Start -> do
    categories <- ask Request.listTaxCategories
    answered categories \some -> H.modify_ _ { categories = some }
    products <- allPages Request.listProducts
    answered products \some -> H.modify_ _ { products = Just some }
  Choose one@{ taxCategoryId: TaxCategoryId category } -> do
    H.modify_ _ { chosen = Just one, variants = [], codes = Object.empty, form = Object.fromFoldable [ Tuple "name" one.name, Tuple "its-category" category ] }
    focus "detail"
    variants <- ask (Request.listVariants one.productId)
    answered variants \some -> do
      let
        numbers = concatMap
          ( \each ->
              [ Tuple ("reorder-" <> variantText each) (quantityText each.reorderPoint), Tuple ("target-" <> variantText each) (quantityText each.targetLevel) ]
          )
          some
      H.modify_ \state -> state { variants = filter (not <<< _.archived) some, form = Object.union (Object.fromFoldable numbers) state.form }
      for_ some \each -> do
        codes <- ask (Request.listBarcodes each.variantId)
        answered codes \list -> H.modify_ \state -> state { codes = Object.insert (variantText each) list state.codes }
  Set name text -> H.modify_ \state -> state { form = Object.insert name text state.form }
  AddCategory event -> do
    stay event
    form <- H.gets _.form
    case readPoints (typed "category-rate" form) of
      Nothing -> complain "A rate is a percentage, such as 19."
      Just rate -> do
        answer <- once (Request.addTaxCategory { name: trim (typed "category-name" form), rate })
        answered answer \{ name } -> done (name <> " is there now.") *> handle Start
  AddProduct event -> do
    stay event
    form <- H.gets _.form
    case typed "category" form of
      "" -> complain "Choose a tax category."
      category -> do
        answer <- once (Request.addProduct { name: trim (typed "product" form), taxCategoryId: TaxCategoryId category })
        answered answer \one -> done (one.name <> " is there now. It is sold once it has a variant.") *> handle Start *> handle (Choose one)
  SaveProduct { productId, archived, version } event -> do
    stay event
    form <- H.gets _.form
    answer <- ask
      (Request.editProduct productId { name: trim (typed "name" form), taxCategoryId: TaxCategoryId (typed "its-category" form), archived, version })
    answered answer saved
  -- Variants are what a till finds, so they come and go with their product.
  Archive { productId, name, taxCategoryId, archived, version } -> do
    variants <- ask (Request.listVariants productId)
    answered variants \some -> do
      answers <- traverse (\each -> ask (Request.editVariant each.variantId (edited each) { archived = not archived })) some
      answered (sequence_ answers) \_ -> do
        answer <- ask (Request.editProduct productId { name, taxCategoryId, archived: not archived, version })
        answered answer saved
  AddVariant one event -> do
    stay event
    { form, me } <- H.get
    case readMoney me.organisation.currency (typed "price" form) of
      Nothing -> complain "A price is an amount, such as 4.50."
      Just price -> do
        answer <- once
          ( Request.addVariant one.productId
              { sku: trim (typed "sku" form)
              , name: trim (typed "variant-name" form)
              , price
              , unit: if typed "unit" form == "kilogram" then UnitKilogram else UnitPiece
              , tracked: true
              , oversell: false
              , reorderPoint: 0.0
              }
          )
        answered answer \{ name } -> done (name <> " is there now.") *> handle (Choose one)
  SaveVariant one each@{ name } event -> do
    stay event
    { form, me } <- H.get
    case readMoney me.organisation.currency (typed ("price-" <> variantText each) form) of
      Nothing -> complain "A price is an amount, such as 4.50."
      Just price -> do
        answer <- ask (Request.editVariant each.variantId (edited each) { price = price })
        answered answer \_ -> done (name <> " costs " <> plainMoney me.organisation.currency price <> " now.") *> handle (Choose one)
  Reorder one each event -> do
    stay event
    form <- H.gets _.form
    case readCount (typed ("reorder-" <> variantText each) form), readCount (typed ("target-" <> variantText each) form) of
      Just reorderPoint, Just targetLevel -> do
        answer <- once (Request.setReordering each.variantId { reorderPoint, targetLevel, version: each.version })
        answered answer \_ -> done (each.name <> " is reordered at " <> quantityText reorderPoint <> ".") *> handle (Choose one)
      _, _ -> complain "Two numbers: when to reorder, and up to how many."
  AddCode one each event -> do
    stay event
    form <- H.gets _.form
    answer <- once
      ( Request.addBarcode each.variantId
          { code: trim (typed ("code-" <> variantText each) form), kind: kindOf (typed ("kind-" <> variantText each) form), pack: 1.0 }
      )
    answered answer \{ code } -> done (code <> " means " <> each.name <> " now.") *> handle (Choose one)

edited :: Variant -> EditVariant
edited { name, price, oversell, reorderPoint, archived, version } = { name, price, oversell, reorderPoint, archived, version }

kindOf :: String -> CodeKind
kindOf = case _ of
  "price" -> CodeKindPrice
  "weight" -> CodeKindWeight
  _ -> CodeKindGtin

done :: forall slots output. String -> H.HalogenM State Action slots output AppM Prelude.Unit
done words = H.modify_ _ { form = emptyForm, said = Just (Good words) }

saved :: forall slots output. Product -> H.HalogenM State Action slots output AppM Prelude.Unit
saved one = done (one.name <> " is saved.") *> handle Start *> handle (Choose one)
