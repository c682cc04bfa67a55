-- | Purchasing as it is seen: what runs short, the orders, and one of them.
module Retail.Office.Page.Purchasing.View (Action(..), Draft, Slots, State, render, supplierText) where

import Prelude

import Data.Array (null)
import Data.Maybe (Maybe(..), isJust, maybe)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Retail.Api.Types (Me, PurchaseOrder, PurchaseOrderHead, PurchaseState(..), Reorder, Supplier, SupplierId(..))
import Retail.AppM (AppM)
import Retail.Component.Html (Notice, button, classes, danger, field, formOf, notice, primary, selectField, waiting)
import Retail.Component.Table (Cell(..), plainRow, table)
import Retail.Data.Form (Form, typed)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Money (plainMoney, showMoney)
import Retail.Data.Time (showTime)
import Retail.Office.Lines (DraftLine, linesTable, quantityText)
import Retail.Office.Picker (Picked)
import Retail.Office.Picker as Picker
import Retail.Office.Places (Places, placeSelect)
import Type.Proxy (Proxy(..))
import Web.Event.Event (Event)

type Draft = { of :: Maybe PurchaseOrderHead, supplier :: String, lines :: Array DraftLine }

type State =
  { me :: Me
  , places :: Places
  , suppliers :: Array Supplier
  , due :: Maybe (Array Reorder)
  , heads :: Maybe (Array PurchaseOrderHead)
  , shown :: Maybe PurchaseOrder
  , draft :: Maybe Draft
  -- | What arrives of the shown order.
  , arriving :: Array DraftLine
  , excess :: Boolean
  , form :: Form
  , key :: String
  , said :: Maybe Notice
  }

data Action
  = Start
  | Choose String
  | Show PurchaseOrderHead
  | New
  | OrderDue
  | From String
  | Pick Picked
  | Lines (Array DraftLine)
  | Save
  | Place
  | Cancel PurchaseOrderHead
  | Arriving (Array DraftLine)
  | Excess Boolean
  | Receive Event
  | Set String String
  | AddSupplier Event

type Slots = (picker :: forall query. H.Slot query Picked Unit)

supplierText :: SupplierId -> String
supplierText (SupplierId text) = text

render :: State -> H.ComponentHTML Action Slots AppM
render state@{ me, places, due, heads, shown, draft, said } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Purchasing" ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack" ]
          ( [ placeSelect places Choose
            , HH.h2_ [ HH.text "Running short" ]
            , maybe (waiting "Asking what runs short…") (dueTable state) due
            , HH.h2_ [ HH.text "Orders" ]
            , maybe (waiting "Asking for the orders…") list heads
            ] <> if may me OrderGoods then [ HH.div [ classes "actions" ] [ button "New order" "" (isJust places.here) New ], newSupplier state ] else []
          )
      , HH.div [ classes "stack" ] case draft, shown of
          Just one, _ -> [ editor state one ]
          Nothing, Just one -> [ detail state one ]
          Nothing, Nothing -> []
      ]
  ]
  where
  list some =
    if null some then HH.p_ [ HH.text "Nothing has been ordered for this location yet." ]
    else table [ Words "Supplier", Words "State", Figure "Total", Words "" ] (map row some)
  row one =
    { chosen: map _.head.purchaseOrderId shown == Just one.purchaseOrderId
    , cells:
        [ Words one.supplier
        , Words (stateName one.state <> ", " <> showTime (maybe one.createdAt identity one.orderedAt))
        , Figure (plainMoney me.organisation.currency one.total)
        , Held [ button "Show" "" true (Show one) ]
        ]
    }

dueTable :: State -> Array Reorder -> H.ComponentHTML Action Slots AppM
dueTable { me } some =
  if null some then HH.p_ [ HH.text "Nothing: of everything there is more than its reorder point." ]
  else HH.div [ classes "stack" ]
    [ table [ Words "Article", Figure "Available", Figure "Reorder at", Figure "Proposed" ] (map row some)
    , HH.div [ classes "actions" ] [ primary "Order what is proposed" "" (may me OrderGoods) OrderDue ]
    ]
  where
  row { name, available, reorderPoint, proposed } = plainRow
    [ Words name, Figure (quantityText available), Figure (quantityText reorderPoint), Figure (quantityText proposed) ]

stateName :: PurchaseState -> String
stateName = case _ of
  PurchaseStateDraft -> "draft"
  PurchaseStateOrdered -> "ordered"
  PurchaseStatePartlyReceived -> "partly received"
  PurchaseStateReceived -> "received"
  PurchaseStateCancelled -> "cancelled"

newSupplier :: State -> H.ComponentHTML Action Slots AppM
newSupplier { form } = formOf "panel stack" AddSupplier
  [ HH.h2_ [ HH.text "New supplier" ]
  , input "supplier-name" "Name"
  , input "supplier-contact" "Contact"
  , HH.button [ classes "plain" ] [ HH.text "Add the supplier" ]
  ]
  where
  input id label = field { id, label, value: typed id form, kind: InputText, change: Set id }

editor :: State -> Draft -> H.ComponentHTML Action Slots AppM
editor { suppliers } draft = HH.section [ classes "panel stack" ]
  [ HH.h2_ [ HH.text (maybe "New order" (\one -> "Order from " <> one.supplier) draft.of) ]
  , if isJust draft.of then HH.text ""
    else selectField "supplier" "Supplier" draft.supplier ([ Tuple "" "choose" ] <> map (\one -> Tuple (supplierText one.supplierId) one.name) suppliers) From
  , HH.slot (Proxy :: _ "picker") unit Picker.component "Add an article" Pick
  , if null draft.lines then HH.p [ classes "detail" ] [ HH.text "Nothing is in it yet." ] else linesTable true draft.lines Lines
  , HH.div [ classes "actions" ]
      ( [ primary "Order it" "" ready Place, button "Keep the draft" "" ready Save ]
          <> maybe [] (\one -> [ danger "Cancel it" "" true (Cancel one) ]) draft.of
      )
  ]
  where
  ready = not (null draft.lines) && (isJust draft.of || draft.supplier /= "")

detail :: State -> PurchaseOrder -> H.ComponentHTML Action Slots AppM
detail { me, arriving, excess } { head, lines } = HH.section [ classes "panel stack" ]
  ( [ HH.h2_ [ HH.text ("Order from " <> head.supplier) ]
    , HH.p_ [ HH.text (stateName head.state <> " · " <> showMoney currency head.total) ]
    , table [ Words "Article", Figure "Ordered", Figure "Received", Figure "Cost each" ] (map row lines)
    ] <> if open then [ arrival ] else []
  )
  where
  currency = me.organisation.currency
  open = head.state == PurchaseStateOrdered || head.state == PurchaseStatePartlyReceived
  row { name, quantity, received, cost } = plainRow
    [ Words name, Figure (quantityText quantity), Figure (quantityText received), Figure (plainMoney currency cost) ]
  arrival = formOf "stack" Receive
    [ HH.h2_ [ HH.text "Goods have come" ]
    , linesTable false arriving Arriving
    , HH.label [ classes "check" ] [ HH.input [ HP.type_ InputCheckbox, HP.checked excess, HE.onChecked Excess ], HH.text "take more than was ordered" ]
    , HH.div [ classes "actions" ]
        ( [ HH.button [ classes "primary", HP.disabled (null arriving) ] [ HH.text "Receive them" ] ]
            <> if may me OrderGoods then [ danger "Nothing more is coming" "" true (Cancel head) ] else []
        )
    ]
