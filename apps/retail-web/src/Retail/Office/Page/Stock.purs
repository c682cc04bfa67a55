-- | What is where, and how it changes; and the places themselves.
module Retail.Office.Page.Stock (component) where

import Prelude hiding (Unit)
import Prelude as Prelude

import Data.Array (find, head, null)
import Data.Maybe (Maybe(..), maybe)
import Data.Number.Format (toString)
import Data.String (Pattern(..), stripPrefix, trim)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Foreign.Object as Object
import Halogen as H
import Halogen.HTML as HH
import Retail.AppM (AppM)
import Retail.Api.Request as Request
import Retail.Api.Types (Location, LocationId(..), Me, Scan, StockLevel, StockReason(..), Unit(..), VariantId(..))
import Retail.Capability.Api (ask)
import Retail.Capability.Pages (allPages)
import Retail.Component.Html (Notice(..), amountField, classes, field, formOf, notice, selectField, waiting)
import Retail.Component.Page (answered, stay)
import Retail.Data.Form (Form, emptyForm, typed)
import Retail.Data.Known (knownCodec)
import Retail.Data.Local (readLocal)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Quantity (readQuantity)
import Retail.Data.Shop (ofShop)
import Effect.Class (liftEffect)
import Web.Event.Event (Event)

type State =
  { me :: Me
  , locations :: Array Location
  , location :: Maybe Location
  , levels :: Maybe (Array StockLevel)
  , articles :: Array Scan
  , form :: Form
  , said :: Maybe Notice
  }

data Action = Start | Choose String | Set String String | Change Event | AddLocation Event | AddTill Event

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, locations: [], location: Nothing, levels: Nothing, articles: [], form: emptyForm, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

idText :: Location -> String
idText { locationId: LocationId text } = text

render :: forall w. State -> HH.HTML w Action
render { me, locations, location, levels, articles, form, said } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Stock" ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack" ]
          [ selectField "location" "Location" (maybe "" idText location) (map (\one -> Tuple (idText one) one.name) locations) Choose
          , case location, levels of
              Nothing, _ -> HH.p_ [ HH.text "There is no location yet." ]
              _, Nothing -> waiting "Asking what is there…"
              _, Just some | null some -> HH.p_ [ HH.text "Nothing is there yet." ]
              _, Just some -> HH.div [ classes "scroll" ] [ table some ]
          ]
      , HH.div [ classes "stack" ]
          ( (if may me AdjustStock then [ change ] else [])
              <> (if may me EditCatalogue then [ newTill, newLocation ] else [])
          )
      ]
  ]
  where
  input id label = field { id, label, value: typed id form, kind: InputText, change: Set id }
  table some = HH.table_
    [ HH.thead_
        [ HH.tr_
            [ HH.th_ [ HH.text "SKU" ]
            , HH.th_ [ HH.text "Name" ]
            , HH.th [ classes "number" ] [ HH.text "On hand" ]
            , HH.th [ classes "number" ] [ HH.text "Reserved" ]
            ]
        ]
    , HH.tbody_ (map row some)
    ]
  row { sku, name, onHand, reserved } = HH.tr_
    [ HH.td_ [ HH.text sku ]
    , HH.td_ [ HH.text name ]
    , HH.td [ classes "number" ] [ HH.text (toString (onHand / 1000.0)) ]
    , HH.td [ classes "number" ] [ HH.text (toString (reserved / 1000.0)) ]
    ]
  change = formOf "panel stack" Change
    [ HH.h2_ [ HH.text "Change the stock" ]
    , selectField "article" "Article" (typed "article" form) ([ Tuple "" "choose" ] <> map (\{ variantId: VariantId id, name } -> Tuple id name) articles)
        (Set "article")
    , amountField "change" "How many came (or −2: went)" (typed "change" form) (Set "change")
    , selectField "why" "Why" (typed "why" form) [ Tuple "receipt" "Goods received", Tuple "adjustment" "Adjustment" ] (Set "why")
    , HH.button [ classes "primary" ] [ HH.text "Book it" ]
    ]
  newTill = formOf "panel stack" AddTill [ input "till-name" "New till here", HH.button [ classes "plain" ] [ HH.text "Add the till" ] ]
  newLocation = formOf "panel stack" AddLocation [ input "location-name" "New location", HH.button [ classes "plain" ] [ HH.text "Add the location" ] ]

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Prelude.Unit
handle = case _ of
  Start -> do
    me <- H.gets _.me
    known <- liftEffect (readLocal knownCodec (ofShop "known" me))
    H.modify_ _ { articles = maybe [] _.articles known }
    answer <- ask Request.listLocations
    answered answer \locations -> do
      H.modify_ \state -> state { locations = locations, location = if state.location == Nothing then head locations else state.location }
      levelsHere
  Choose id -> do
    H.modify_ \state -> state { location = find (\one -> idText one == id) state.locations }
    levelsHere
  Set name text -> H.modify_ \state -> state { form = Object.insert name text state.form }
  Change event -> do
    stay event
    { location, form } <- H.get
    case location, signed (typed "change" form), typed "article" form of
      Just { locationId }, Just change, article | article /= "" -> do
        answer <- ask
          ( Request.changeStock
              { variantId: VariantId article
              , locationId
              , change
              , reason: if typed "why" form == "adjustment" then StockReasonAdjustment else StockReasonReceipt
              }
          )
        answered answer \_ -> done "Booked." *> levelsHere
      _, _, _ -> H.modify_ _ { said = Just (Bad "Choose an article, and say how many.") }
  AddLocation event -> do
    stay event
    form <- H.gets _.form
    answer <- ask (Request.addLocation { name: trim (typed "location-name" form) })
    answered answer \location -> H.modify_ _ { location = Just location } *> done (location.name <> " is there now.") *> handle Start
  AddTill event -> do
    stay event
    { form, location } <- H.get
    case location of
      Nothing -> H.modify_ _ { said = Just (Bad "Choose a location first.") }
      Just { locationId } -> do
        answer <- ask (Request.addTill { locationId, name: trim (typed "till-name" form) })
        answered answer \till -> done (till.name <> " is there now.")
  where
  done words = H.modify_ _ { form = emptyForm, said = Just (Good words) }
  signed text = case stripPrefix (Pattern "-") (trim text) of
    Just rest -> negate <$> readQuantity UnitKilogram rest
    Nothing -> readQuantity UnitKilogram text

levelsHere :: forall slots output. H.HalogenM State Action slots output AppM Prelude.Unit
levelsHere = do
  location <- H.gets _.location
  case location of
    Nothing -> pure unit
    Just { locationId } -> do
      answer <- allPages (Request.listLevels locationId)
      answered answer \levels -> H.modify_ _ { levels = Just levels }
