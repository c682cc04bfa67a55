-- | What is where, and how it changes by hand; and the places themselves.
module Retail.Office.Page.Stock (component) where

import Prelude

import Data.Array (null)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..))
import Data.String (Pattern(..), stripPrefix, trim)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Foreign.Object as Object
import Halogen as H
import Halogen.HTML as HH
import Retail.Api.Request as Request
import Retail.Api.Types (Me, StockLevel, StockReason(..))
import Retail.AppM (AppM)
import Retail.Component.Html (Notice(..), amountField, classes, field, formOf, notice, selectField, waiting)
import Retail.Component.Page (answered, complain, focus, once, stay)
import Retail.Component.Table (Cell(..), plainRow, table)
import Retail.Data.Form (Form, emptyForm, typed)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Quantity (readCount)
import Retail.Office.Lines (quantityText)
import Retail.Office.Picker (Picked)
import Retail.Office.Picker as Picker
import Retail.Office.Places (Places, choosePlace, listHere, noPlaces, placeSelect, withPlaces)
import Type.Proxy (Proxy(..))
import Web.Event.Event (Event)

type State =
  { me :: Me
  , places :: Places
  , levels :: Maybe (Array StockLevel)
  , picked :: Maybe Picked
  , form :: Form
  , key :: String
  , said :: Maybe Notice
  }

data Action = Start | Choose String | Pick Picked | Set String String | Change Event | AddLocation Event | AddTill Event

type Slots = (picker :: forall query. H.Slot query Picked Unit)

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, places: noPlaces, levels: Nothing, picked: Nothing, form: emptyForm, key: "", said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: State -> H.ComponentHTML Action Slots AppM
render state@{ me, places, levels, form, said } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Stock" ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack" ]
          [ placeSelect places Choose
          , case places.here, levels of
              Nothing, _ -> HH.p_ [ HH.text "There is no location yet." ]
              _, Nothing -> waiting "Asking what is there…"
              _, Just some | null some -> HH.p_ [ HH.text "Nothing is there yet." ]
              _, Just some -> table [ Words "Article", Figure "On hand", Figure "Reserved", Figure "On its way" ] (map row some)
          ]
      , HH.div [ classes "stack" ]
          ( (if may me AdjustStock then [ change state ] else [])
              <> (if may me EditCatalogue then [ newTill, newLocation ] else [])
          )
      ]
  ]
  where
  input id label = field { id, label, value: typed id form, kind: InputText, change: Set id }
  row { sku, name, onHand, reserved, incoming } = plainRow
    [ Held [ HH.text name, HH.small_ [ HH.text (" " <> sku) ] ]
    , Figure (quantityText onHand)
    , Figure (quantityText reserved)
    , Figure (quantityText incoming)
    ]
  newTill = formOf "panel stack" AddTill [ input "till-name" "New till here", HH.button [ classes "plain" ] [ HH.text "Add the till" ] ]
  newLocation = formOf "panel stack" AddLocation [ input "location-name" "New location", HH.button [ classes "plain" ] [ HH.text "Add the location" ] ]

change :: State -> H.ComponentHTML Action Slots AppM
change { picked, form } = HH.section [ classes "panel stack" ]
  [ HH.h2_ [ HH.text "Change the stock" ]
  , HH.slot (Proxy :: _ "picker") unit Picker.component "Article" Pick
  , case picked of
      Nothing -> HH.p [ classes "detail" ] [ HH.text "Scan an article, or look for it." ]
      Just { name } -> formOf "stack" Change
        [ amountField "change" (name <> ": how many came (or -2: went)") (typed "change" form) (Set "change")
        , selectField "why" "Why" (typed "why" form) [ Tuple "adjustment" "Adjustment", Tuple "receipt" "Goods received" ] (Set "why")
        , HH.button [ classes "primary" ] [ HH.text "Book it" ]
        ]
  ]

handle :: forall output. Action -> H.HalogenM State Action Slots output AppM Unit
handle = case _ of
  Start -> withPlaces levelsHere
  Choose place -> choosePlace place *> levelsHere
  Pick picked -> H.modify_ _ { picked = Just picked, said = Nothing } *> focus "change"
  Set name text -> H.modify_ \state -> state { form = Object.insert name text state.form }
  Change event -> do
    stay event
    { places, picked, form } <- H.get
    case places.here, picked, signed (typed "change" form) of
      Just { locationId }, Just { variantId, name }, Just number -> do
        answer <- once
          ( Request.changeStock
              { variantId, locationId, change: number, reason: if typed "why" form == "receipt" then StockReasonReceipt else StockReasonAdjustment }
          )
        answered answer \_ -> do
          H.modify_ _ { picked = Nothing }
          done ("Booked for " <> name <> ".") *> levelsHere *> focus "pick"
      _, _, _ -> complain "How many is a number, such as 12 or -2."
  AddLocation event -> do
    stay event
    form <- H.gets _.form
    answer <- once (Request.addLocation { name: trim (typed "location-name" form) })
    answered answer \{ name } -> done (name <> " is there now.") *> withPlaces levelsHere
  AddTill event -> do
    stay event
    { form, places } <- H.get
    for_ places.here \{ locationId } -> do
      answer <- once (Request.addTill { locationId, name: trim (typed "till-name" form) })
      answered answer \{ name } -> done (name <> " is there now.")
  where
  done words = H.modify_ _ { form = emptyForm, said = Just (Good words) }
  signed text = case stripPrefix (Pattern "-") (trim text) of
    Just rest -> negate <$> readCount rest
    Nothing -> readCount text

levelsHere :: forall output. H.HalogenM State Action Slots output AppM Unit
levelsHere = listHere Request.listLevels \some -> H.modify_ _ { levels = Just some }
