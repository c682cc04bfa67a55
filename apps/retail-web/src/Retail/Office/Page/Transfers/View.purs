-- | Transfers as they are seen: the list, and one of them as a draft, on its way, or done.
module Retail.Office.Page.Transfers.View (Action(..), Draft, Slots, State, arrivedField, reasonField, render) where

import Prelude

import Data.Array (concatMap, filter, null)
import Data.Maybe (Maybe(..), fromMaybe, maybe)
import DOM.HTML.Indexed.InputType (InputType(..))
import Halogen as H
import Halogen.HTML as HH
import Retail.Api.Types (Location, Me, Transfer, TransferHead, TransferState(..), VariantId(..))
import Retail.AppM (AppM)
import Retail.Component.Html (Notice, amountField, button, classes, danger, field, formOf, notice, primary, selectField, waiting)
import Retail.Component.Table (Cell(..), plainRow, table)
import Retail.Data.Form (Form, typed)
import Retail.Data.Time (showTime)
import Retail.Office.Lines (DraftLine, linesTable, quantityText)
import Retail.Office.Picker (Picked)
import Retail.Office.Picker as Picker
import Retail.Office.Places (Places, placeName, placeOptions, placeSelect)
import Type.Proxy (Proxy(..))
import Web.Event.Event (Event)

type Draft = { of :: Maybe TransferHead, to :: String, lines :: Array DraftLine }

type State =
  { me :: Me
  , places :: Places
  , heads :: Maybe (Array TransferHead)
  , shown :: Maybe Transfer
  , draft :: Maybe Draft
  -- | What has arrived of each line, and why it is not what was sent.
  , form :: Form
  , key :: String
  , said :: Maybe Notice
  }

data Action
  = Start
  | Choose String
  | Show TransferHead
  | New
  | To String
  | Pick Picked
  | Lines (Array DraftLine)
  | Save
  | Send
  | Cancel TransferHead
  | Set String String
  | Receive Event

type Slots = (picker :: forall query. H.Slot query Picked Unit)

render :: State -> H.ComponentHTML Action Slots AppM
render state@{ places, heads, shown, draft, said } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Transfers" ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack" ]
          [ placeSelect places Choose
          , maybe (waiting "Asking for the transfers…") list heads
          , HH.div [ classes "actions" ] [ primary "New transfer from here" "" (not (null (elsewhere places))) New ]
          ]
      , HH.div [ classes "stack" ] case draft, shown of
          Just one, _ -> [ editor state one ]
          Nothing, Just one -> [ detail state one ]
          Nothing, Nothing -> []
      ]
  ]
  where
  list some =
    if null some then HH.p_ [ HH.text "Nothing has come here or gone from here yet." ]
    else table [ Words "From", Words "To", Words "State", Words "" ] (map row some)
  row one =
    { chosen: map _.head.transferId shown == Just one.transferId
    , cells:
        [ Words (placeName places one.sourceId)
        , Words (placeName places one.destinationId)
        , Words (stateName one.state <> ", " <> showTime (fromMaybe (fromMaybe one.createdAt one.sentAt) one.receivedAt))
        , Held [ button "Show" "" true (Show one) ]
        ]
    }

elsewhere :: Places -> Array Location
elsewhere { all, here } = filter (\one -> Just one.locationId /= map _.locationId here) all

stateName :: TransferState -> String
stateName = case _ of
  TransferStateDraft -> "draft"
  TransferStateSent -> "on its way"
  TransferStateReceived -> "received"
  TransferStateCancelled -> "cancelled"

editor :: State -> Draft -> H.ComponentHTML Action Slots AppM
editor { places } draft = HH.section [ classes "panel stack" ]
  [ HH.h2_ [ HH.text ("From " <> maybe "" (placeName places <<< _.sourceId) draft.of <> (if draft.of == Nothing then maybe "" _.name places.here else "")) ]
  , case draft.of of
      Nothing -> selectField "to" "To" draft.to (placeOptions (elsewhere places)) To
      Just { destinationId } -> HH.p_ [ HH.text ("To " <> placeName places destinationId) ]
  , HH.slot (Proxy :: _ "picker") unit Picker.component "Add an article" Pick
  , if null draft.lines then HH.p [ classes "detail" ] [ HH.text "Nothing is in it yet." ] else linesTable false draft.lines Lines
  , HH.div [ classes "actions" ]
      ( [ primary "Send it now" "" ready Send, button "Keep the draft" "" ready Save ]
          <> maybe [] (\one -> [ danger "Cancel it" "" true (Cancel one) ]) draft.of
      )
  ]
  where
  ready = not (null draft.lines)

arrivedField :: VariantId -> String
arrivedField (VariantId text) = "arrived-" <> text

reasonField :: VariantId -> String
reasonField (VariantId text) = "reason-" <> text

detail :: State -> Transfer -> H.ComponentHTML Action Slots AppM
detail { places, form } { head, lines } = HH.section [ classes "panel stack" ]
  ( [ HH.h2_ [ HH.text (placeName places head.sourceId <> " → " <> placeName places head.destinationId) ]
    , table [ Words "Article", Figure "Sent", Figure "Arrived", Words "Why" ] (map row lines)
    ] <> if head.state == TransferStateSent && Just head.destinationId == map _.locationId places.here then [ arrival ] else []
  )
  where
  row { name, quantity, received, reason } = plainRow
    [ Words name, Figure (quantityText quantity), Figure (maybe "–" quantityText received), Words (fromMaybe "" reason) ]
  arrival = formOf "stack" Receive
    ( [ HH.h2_ [ HH.text "What has arrived" ] ]
        <> concatMap arrived lines
        <> [ HH.button [ classes "primary" ] [ HH.text "Receive it" ] ]
    )
  arrived { variantId, name, quantity } =
    [ amountField (arrivedField variantId) (name <> ", sent " <> quantityText quantity) (typed (arrivedField variantId) form) (Set (arrivedField variantId)) ]
      <>
        if typed (arrivedField variantId) form == quantityText quantity then []
        else
          [ field
              { id: reasonField variantId
              , label: "Why not what was sent"
              , value: typed (reasonField variantId) form
              , kind: InputText
              , change: Set (reasonField variantId)
              }
          ]
