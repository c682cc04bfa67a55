-- | The catalogue as it is seen: the products, and one of them with what of it is sold.
module Retail.Office.Page.Catalogue.View (Action(..), State, render, variantText) where

import Prelude hiding (Unit)

import Data.Array (find, null)
import Data.Maybe (Maybe(..), maybe)
import Data.String (joinWith)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Foreign.Object (Object)
import Foreign.Object as Object
import Halogen.HTML as HH
import Retail.Api.Types (Barcode, Me, Product, TaxCategory, TaxCategoryId(..), Variant, VariantId(..))
import Retail.Component.Html (Notice, amountField, button, classes, detailOf, field, formOf, notice, selectField, waiting)
import Retail.Component.Table (Cell(..), table)
import Retail.Data.Form (Form, typed)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Money (plainMoney, showRate)
import Web.Event.Event (Event)

type State =
  { me :: Me
  , categories :: Array TaxCategory
  , products :: Maybe (Array Product)
  , chosen :: Maybe Product
  , variants :: Array Variant
  , codes :: Object (Array Barcode)
  , form :: Form
  , key :: String
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
  | Reorder Product Variant Event
  | AddCode Product Variant Event

variantText :: Variant -> String
variantText { variantId: VariantId text } = text

render :: forall w. State -> HH.HTML w Action
render state@{ me, categories, products, chosen, said, form } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Catalogue" ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack" ]
          ( [ maybe (waiting "Asking what the shop sells…") list products ]
              <> if not edits then [] else [ newProduct, newCategory ]
          )
      , detailOf (maybe [] (detail state edits) chosen)
      ]
  ]
  where
  edits = may me EditCatalogue
  list some =
    if null some then HH.p_ [ HH.text "The catalogue is empty." ]
    else table [ Words "Product", Words "Tax", Words "" ] (map row some)
  row one =
    { chosen: map _.productId chosen == Just one.productId
    , cells:
        [ Words (one.name <> if one.archived then " (archived)" else "")
        , Words (maybe "" _.name (find (\{ taxCategoryId } -> taxCategoryId == one.taxCategoryId) categories))
        , Held [ button "Show" "" true (Choose one) ]
        ]
    }
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
          [ formOf "row" (SaveVariant one each) [ at each "price" "New price", submit "Change the price" ]
          , formOf "row" (Reorder one each) [ at each "reorder" "Reorder at", at each "target" "and fill up to", submit "Set when to reorder" ]
          , formOf "row" (AddCode one each)
              [ at each "code" "New barcode"
              , selectField ("kind-" <> variantText each) "It is" (typed ("kind-" <> variantText each) form) codeKinds (Set ("kind-" <> variantText each))
              , submit "Add the barcode"
              ]
          ]
    )
  submit text = HH.button [ classes "plain" ] [ HH.text text ]
  at each name label = amountField (name <> "-" <> variantText each) label (typed (name <> "-" <> variantText each) form)
    (Set (name <> "-" <> variantText each))
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

codeKinds :: Array (Tuple String String)
codeKinds =
  [ Tuple "gtin" "printed on the article"
  , Tuple "price" "a label with the price: its first seven digits"
  , Tuple "weight" "a label with the weight: its first seven digits"
  ]
