-- | Web orders that are paid: picked from the shelves, and handed over or sent.
module Retail.Office.Page.Orders (component) where

import Prelude

import Data.Array (filter, find, null)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe, maybe)
import Data.Number.Format (toString)
import Data.String (trim)
import Data.Traversable (traverse)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Foreign.Object as Object
import Halogen as H
import Halogen.HTML as HH
import Retail.Api.Request as Request
import Retail.Api.Types (Delivery(..), Me, Order, OrderHead, OrderLine, OrderState(..))
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Component.Html (Notice(..), amountField, button, classes, danger, field, formOf, notice, waiting)
import Retail.Component.Page (answered, complain, focus, once, stay)
import Retail.Component.Table (Cell(..), plainRow, table)
import Retail.Data.Form (Form, emptyForm, typed)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Money (plainMoney, showMoney)
import Retail.Data.Quantity (piece, readCount)
import Retail.Data.Time (showTime)
import Retail.Office.Lines (quantityText)
import Retail.Office.Picker (Picked)
import Retail.Office.Picker as Picker
import Retail.Office.Places (Places, choosePlace, listHere, noPlaces, placeSelect, withPlaces)
import Type.Proxy (Proxy(..))
import Web.Event.Event (Event)

type State =
  { me :: Me
  , places :: Places
  , heads :: Maybe (Array OrderHead)
  , shown :: Maybe Order
  -- | How many of each line are in the bag, and the parcel's number.
  , form :: Form
  , key :: String
  , said :: Maybe Notice
  }

data Action = Start | Choose String | Show OrderHead | Pick Picked | Set String String | HandOver Event | Cancel Order | PayBack Order

type Slots = (picker :: forall query. H.Slot query Picked Unit)

type Handle a = forall output. H.HalogenM State Action Slots output AppM a

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, places: noPlaces, heads: Nothing, shown: Nothing, form: emptyForm, key: "", said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: State -> H.ComponentHTML Action Slots AppM
render state@{ me, places, heads, shown, said } = HH.main [ classes "page" ]
  [ HH.h1_ [ HH.text "Web orders" ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack" ] [ placeSelect places Choose, maybe (waiting "Asking for the orders…") listed heads ]
      , HH.div_ (maybe [] (\one -> [ detail state one ]) shown)
      ]
  ]
  where
  listed some =
    if null some then HH.p_ [ HH.text "No order waits here." ]
    else table [ Words "Customer", Words "State", Figure "Total", Words "" ] (map row some)
  row one =
    { chosen: map _.head.orderId shown == Just one.orderId
    , cells:
        [ Words (one.customer <> ", " <> deliveryName one.delivery)
        , Words (stateName one.state <> ", " <> showTime (fromMaybe one.createdAt one.paidAt))
        , Figure (plainMoney me.organisation.currency one.total)
        , Held [ button "Show" "" true (Show one) ]
        ]
    }

deliveryName :: Delivery -> String
deliveryName = case _ of
  DeliveryPickUp -> "picks it up"
  DeliveryShipping -> "has it sent"

stateName :: OrderState -> String
stateName = case _ of
  OrderStateDraft -> "draft"
  OrderStatePlaced -> "waits for its payment"
  OrderStatePaid -> "paid"
  OrderStatePartFulfilled -> "partly handed over"
  OrderStateFulfilled -> "handed over"
  OrderStateCancelled -> "cancelled"
  OrderStateExpired -> "not paid in time"

bagField :: OrderLine -> String
bagField { position } = "bag-" <> toString position

outstanding :: OrderLine -> Number
outstanding { line, fulfilled } = line.quantity - fulfilled

detail :: State -> Order -> H.ComponentHTML Action Slots AppM
detail { me, form } order@{ head, lines, paid, toRefund } = HH.section [ classes "panel stack" ]
  ( [ HH.h2_ [ HH.text head.customer ]
    , HH.p_ [ HH.text (head.email <> maybe "" (" · " <> _) head.address) ]
    , HH.p_ [ HH.text (stateName head.state <> " · " <> showMoney currency head.total <> " · paid " <> plainMoney currency paid) ]
    , table [ Words "Article", Figure "Ordered", Figure "Handed over" ] (map row lines)
    ]
      <> (if open then [ HH.slot (Proxy :: _ "picker") unit Picker.component "Scan what goes into the bag" Pick, bag ] else [])
      <> (if toRefund > 0.0 then [ HH.p [ classes "bad" ] [ HH.text ("To pay back: " <> showMoney currency toRefund) ] ] else [])
      <> [ HH.div [ classes "actions" ] (payBack <> cancel) ]
  )
  where
  currency = me.organisation.currency
  open = head.state == OrderStatePaid || head.state == OrderStatePartFulfilled
  row one = plainRow [ Words one.line.name, Figure (quantityText one.line.quantity), Figure (quantityText one.fulfilled) ]
  bag = formOf "stack" HandOver
    ( map inBag (filter (\one -> outstanding one > 0.0) lines)
        <>
          ( if head.delivery == DeliveryShipping then
              [ field { id: "tracking", label: "Number of the parcel", value: typed "tracking" form, kind: InputText, change: Set "tracking" } ]
            else []
          )
        <> [ HH.button [ classes "primary" ] [ HH.text (if head.delivery == DeliveryShipping then "It is sent" else "Hand it over") ] ]
    )
  inBag one = amountField (bagField one) (one.line.name <> ": in the bag, of " <> quantityText (outstanding one)) (typed (bagField one) form)
    (Set (bagField one))
  payBack = if toRefund > 0.0 && may me OrderGoods then [ button "Paid back" "" true (PayBack order) ] else []
  cancel =
    if (head.state == OrderStatePaid || head.state == OrderStatePlaced) && may me Refund then [ danger "Cancel the order" "" true (Cancel order) ] else []

handle :: Action -> Handle Unit
handle = case _ of
  Start -> withPlaces list
  Choose place -> do
    choosePlace place
    H.modify_ _ { shown = Nothing, said = Nothing }
    list
  Show { orderId } -> do
    answer <- ask (Request.readOrder orderId)
    answered answer present
  Pick { variantId, name, count } -> do
    { shown, form } <- H.get
    case shown >>= \{ lines } -> find (\one -> one.line.variantId == variantId && outstanding one > bagged form one) lines of
      Nothing -> complain (name <> " is not, or no longer, wanted in this order.")
      Just one -> do
        let now = bagged form one + fromMaybe piece count
        if now > outstanding one then complain ("That is more of " <> name <> " than was ordered.")
        else H.modify_ _
          { form = Object.insert (bagField one) (quantityText now) form, said = Just (Good (name <> ": " <> quantityText now <> " in the bag.")) }
  Set name text -> H.modify_ \state -> state { form = Object.insert name text state.form }
  HandOver event -> stay event *> handOver
  Cancel { head: { orderId } } -> do
    answer <- once (Request.cancelOrder orderId)
    answered answer (done "Cancelled. What was paid is to be paid back.")
  PayBack { head: { orderId } } -> do
    answer <- once (Request.refundOrder orderId)
    answered answer (done "Noted as paid back.")
  where
  bagged form one = fromMaybe 0.0 (readCount (typed (bagField one) form))

list :: Handle Unit
list = listHere Request.listOpenOrders \some -> H.modify_ _ { heads = Just some }

present :: Order -> Handle Unit
present order = H.modify_ _ { shown = Just order, form = Object.fromFoldable (map (\one -> Tuple (bagField one) "0") order.lines), said = Nothing }

done :: String -> Order -> Handle Unit
done words order = do
  present order
  H.modify_ _ { said = Just (Good words) }
  focus "pick"
  list

handOver :: Handle Unit
handOver = do
  { shown, form } <- H.get
  for_ shown \{ head: { orderId }, lines } ->
    case filter (\one -> one.quantity > 0.0) <$> traverse (\one -> { position: one.position, quantity: _ } <$> readCount (typed (bagField one) form)) lines of
      Just some | not (null some) -> do
        let tracking = trim (typed "tracking" form)
        answer <- once (Request.fulfilOrder orderId { lines: some, tracking: if tracking == "" then Nothing else Just tracking })
        answered answer (done "It is noted, and out of the stock.")
      _ -> complain "Nothing is in the bag yet: scan it, or type how many."
