-- | What the shop sells: products, what of them is sold, and the codes that mean it.
module Retail.Office.Page.Catalogue (component) where

import Prelude hiding (Unit)
import Prelude as Prelude

import Data.Array (filter, find, null)
import Data.Foldable (for_, sequence_)
import Data.Maybe (Maybe(..), maybe)
import Data.String (joinWith, trim)
import Data.Traversable (traverse)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Foreign.Object (Object)
import Foreign.Object as Object
import Halogen as H
import Halogen.HTML as HH
import Retail.AppM (AppM)
import Retail.Api.Request as Request
import Retail.Api.Types (Barcode, CodeKind(..), EditVariant, Me, Product, TaxCategory, TaxCategoryId(..), Unit(..), Variant, VariantId(..))
import Retail.Capability.Api (ask)
import Retail.Capability.Pages (allPages)
import Retail.Component.Html (Notice(..), amountField, button, classes, field, formOf, notice, selectField, waiting)
import Retail.Component.Page (answered, stay)
import Retail.Data.Form (Form, emptyForm, typed)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Money (plainMoney, readMoney, readPoints, showRate)
import Web.Event.Event (Event)

type State =
  { me :: Me
  , categories :: Array TaxCategory
  , products :: Maybe (Array Product)
  , chosen :: Maybe Product
  , variants :: Array Variant
  , codes :: Object (Array Barcode)
  , form :: Form
  , said :: Maybe Notice
  }

data Action
  = Start
  | Choose Product
  | Set String String
  | AddCategory Event
  | AddProduct Event
  | SaveProduct Product Event
  | Archive Product
  | AddVariant Product Event
  | SaveVariant Product Variant Event
  | AddCode Product Variant Event

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, categories: [], products: Nothing, chosen: Nothing, variants: [], codes: Object.empty, form: emptyForm, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

variantText :: Variant -> String
variantText { variantId: VariantId text } = text

render :: forall w. State -> HH.HTML w Action
render state@{ me, categories, products, chosen, said, form } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Catalogue" ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack" ]
          ( [ maybe (waiting "Asking what the shop sells…") table products ]
              <> if not edits then [] else [ newProduct, newCategory ]
          )
      , HH.div [ classes "stack" ] (maybe [] (detail state edits) chosen)
      ]
  ]
  where
  edits = may me EditCatalogue
  table some =
    if null some then HH.p_ [ HH.text "The catalogue is empty." ]
    else HH.div [ classes "scroll" ]
      [ HH.table_
          [ HH.thead_ [ HH.tr_ [ HH.th_ [ HH.text "Product" ], HH.th_ [ HH.text "Tax" ], HH.th_ [] ] ]
          , HH.tbody_ (map row some)
          ]
      ]
  row one = HH.tr [ classes (if map _.productId chosen == Just one.productId then "chosen" else "") ]
    [ HH.td_ [ HH.text (one.name <> if one.archived then " (archived)" else "") ]
    , HH.td_ [ HH.text (maybe "" _.name (find (\{ taxCategoryId } -> taxCategoryId == one.taxCategoryId) categories)) ]
    , HH.td_ [ button "Show" "" true (Choose one) ]
    ]
  newProduct = formOf "panel stack" AddProduct
    [ HH.h2_ [ HH.text "New product" ]
    , input form "product" "Name"
    , categorySelect state "category" (typed "category" form)
    , HH.button [ classes "plain" ] [ HH.text "Add the product" ]
    ]
  newCategory = formOf "panel stack" AddCategory
    [ HH.h2_ [ HH.text "New tax category" ]
    , input form "category-name" "Name"
    , amountField "category-rate" "Rate in %" (typed "category-rate" form) (Set "category-rate")
    , HH.button [ classes "plain" ] [ HH.text "Add the category" ]
    ]

input :: forall w. Form -> String -> String -> HH.HTML w Action
input form id label = field { id, label, value: typed id form, kind: InputText, change: Set id }

categorySelect :: forall w. State -> String -> String -> HH.HTML w Action
categorySelect { categories } id value = selectField id "Tax category" value
  ([ Tuple "" "choose" ] <> map (\{ taxCategoryId: TaxCategoryId text, name, rate } -> Tuple text (name <> ", " <> showRate rate)) categories)
  (Set id)

detail :: forall w. State -> Boolean -> Product -> Array (HH.HTML w Action)
detail state@{ me, variants, codes, form } edits one =
  ( if not edits then [ HH.h2_ [ HH.text one.name ] ]
    else
      [ formOf "panel stack" (SaveProduct one)
          [ HH.h2_ [ HH.text one.name ]
          , input form "name" "Name"
          , categorySelect state "its-category" (typed "its-category" form)
          , HH.div [ classes "actions" ]
              [ HH.button [ classes "primary" ] [ HH.text "Save" ]
              , button (if one.archived then "Sell it again" else "Archive it") "" true (Archive one)
              ]
          ]
      ]
  ) <> map variant variants <> (if edits then [ newVariant ] else [])
  where
  plain = plainMoney me.organisation.currency
  variant each = HH.section [ classes "card" ]
    ( [ HH.p_ [ HH.strong_ [ HH.text each.name ], HH.text (" · " <> each.sku <> " · " <> plain each.price) ]
      , HH.p [ classes "detail" ] [ HH.text (codesText (Object.lookup (variantText each) codes)) ]
      ] <>
        if not edits then []
        else
          [ formOf "stack" (SaveVariant one each)
              [ amountField ("price-" <> variantText each) "New price" (typed ("price-" <> variantText each) form) (Set ("price-" <> variantText each))
              , HH.button [ classes "plain" ] [ HH.text "Change the price" ]
              ]
          , formOf "stack" (AddCode one each)
              [ amountField ("code-" <> variantText each) "New barcode (GTIN)" (typed ("code-" <> variantText each) form) (Set ("code-" <> variantText each))
              , HH.button [ classes "plain" ] [ HH.text "Add the barcode" ]
              ]
          ]
    )
  codesText = case _ of
    Nothing -> "Asking for its barcodes…"
    Just [] -> "No barcode yet"
    Just some -> joinWith ", " (map _.code some)
  newVariant = formOf "panel stack" (AddVariant one)
    [ HH.h2_ [ HH.text "New variant" ]
    , input form "sku" "SKU"
    , input form "variant-name" "Name on the receipt"
    , amountField "price" "Price" (typed "price" form) (Set "price")
    , selectField "unit" "Sold by" (typed "unit" form) [ Tuple "piece" "the piece", Tuple "kilogram" "the kilogram" ] (Set "unit")
    , HH.button [ classes "plain" ] [ HH.text "Add the variant" ]
    ]

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Prelude.Unit
handle = case _ of
  Start -> do
    categories <- ask Request.listTaxCategories
    answered categories \some -> H.modify_ _ { categories = some }
    products <- allPages Request.listProducts
    answered products \some -> H.modify_ _ { products = Just some }
  Choose one@{ taxCategoryId: TaxCategoryId category } -> do
    H.modify_ _ { chosen = Just one, variants = [], codes = Object.empty, form = Object.fromFoldable [ Tuple "name" one.name, Tuple "its-category" category ] }
    variants <- ask (Request.listVariants one.productId)
    answered variants \some -> do
      H.modify_ _ { variants = filter (not <<< _.archived) some }
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
        answer <- ask (Request.addTaxCategory { name: trim (typed "category-name" form), rate })
        answered answer \{ name } -> done (name <> " is there now.") *> handle Start
  AddProduct event -> do
    stay event
    form <- H.gets _.form
    case typed "category" form of
      "" -> complain "Choose a tax category."
      category -> do
        answer <- ask (Request.addProduct { name: trim (typed "product" form), taxCategoryId: TaxCategoryId category })
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
        answer <- ask
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
  AddCode one each event -> do
    stay event
    form <- H.gets _.form
    answer <- ask (Request.addBarcode each.variantId { code: trim (typed ("code-" <> variantText each) form), kind: CodeKindGtin, pack: 1.0 })
    answered answer \{ code } -> done (code <> " means " <> each.name <> " now.") *> handle (Choose one)

edited :: Variant -> EditVariant
edited { name, price, oversell, reorderPoint, archived, version } = { name, price, oversell, reorderPoint, archived, version }

complain :: forall slots output. String -> H.HalogenM State Action slots output AppM Prelude.Unit
complain words = H.modify_ _ { said = Just (Bad words) }

done :: forall slots output. String -> H.HalogenM State Action slots output AppM Prelude.Unit
done words = H.modify_ _ { form = emptyForm, said = Just (Good words) }

saved :: forall slots output. Product -> H.HalogenM State Action slots output AppM Prelude.Unit
saved one = done (one.name <> " is saved.") *> handle Start *> handle (Choose one)
