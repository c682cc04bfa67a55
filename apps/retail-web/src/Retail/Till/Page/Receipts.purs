-- | The sales of this drawer: parked ones go on, completed ones are shown, printed and given back.
module Retail.Till.Page.Receipts (component) where

import Prelude hiding (Unit)
import Prelude as Prelude

import Data.Array (filter, find, mapWithIndex, null, reverse, sortWith)
import Data.Int (toNumber)
import Data.Maybe (Maybe(..), fromMaybe, maybe)
import Data.Number.Format (toString)
import Data.Traversable (sequence)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Effect.Class (liftEffect)
import Foreign.Object (Object)
import Foreign.Object as Object
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Retail.AppM (AppM)
import Retail.Api.Request as Request
import Retail.Api.Types (Me, Method(..), Refund, Sale, SaleHead, SaleState(..), Unit(..))
import Retail.Capability.Api (ask, send)
import Retail.Capability.Pages (allPages)
import Retail.Capability.Shared (share)
import Retail.Component.Html (Notice(..), amountField, button, classes, detailOf, formOf, notice, selectField, waiting)
import Retail.Component.Page (answered, focus, print, stay)
import Retail.Component.Receipt (paperOf, receipt)
import Retail.Component.Table (Cell(..), table)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Money (plainMoney, showMoney)
import Retail.Data.Quantity (readQuantity)
import Retail.Till.Route (Route(..), path)
import Retail.Data.Time (showTime)
import Retail.Data.Uuid (freshUuid)
import Retail.Store (OpenDrawer)

import Routing.Hash (setHash)
import Web.Event.Event (Event)

type Input = { me :: Me, drawer :: OpenDrawer }

type State =
  { me :: Me
  , drawer :: OpenDrawer
  , heads :: Maybe (Array SaleHead)
  , shown :: Maybe Sale
  -- | Pieces to give back, by the line's position.
  , back :: Object String
  , toCard :: Boolean
  , restock :: Boolean
  -- | The same until the server has answered.
  , key :: String
  , given :: Maybe Refund
  , said :: Maybe Notice
  }

data Action
  = Start
  | Show SaleHead
  | Resume SaleHead
  | Back String String
  | ToCard String
  | Restock Boolean
  | GiveBack Event
  | Print

component :: forall query output. H.Component query Input output AppM
component = H.mkComponent
  { initialState: \{ me, drawer } ->
      { me, drawer, heads: Nothing, shown: Nothing, back: Object.empty, toCard: false, restock: true, key: "", given: Nothing, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render state@{ me, heads, shown, said } = HH.main [ classes "page" ]
  [ HH.h1 [ classes "no-print" ] [ HH.text "Receipts of this session" ]
  , HH.div [ classes "split" ]
      [ HH.div [ classes "no-print" ] [ maybe (waiting "Asking for the sales…") list heads ]
      , detailOf ([ notice said ] <> maybe [] (detail state) shown)
      ]
  ]
  where
  plain = plainMoney me.organisation.currency
  list sales =
    if null sales then HH.p_ [ HH.text "Nothing has been sold in this session yet." ]
    else table [ Words "Receipt", Words "Time", Figure "Total", Words "State", Words "" ] (map row sales)
  row one =
    { chosen: map _.head.saleId shown == Just one.saleId
    , cells:
        [ Words (maybe "–" toString one.receipt)
        , Words (showTime (fromMaybe one.createdAt one.completedAt))
        , Figure (plain one.total)
        , Words (stateName one.state)
        , Held [ if one.state == SaleStateParked || one.state == SaleStateOpen then button "Resume" "" true (Resume one) else button "Show" "" true (Show one) ]
        ]
    }

stateName :: SaleState -> String
stateName = case _ of
  SaleStateOpen -> "open"
  SaleStateParked -> "parked"
  SaleStateCompleted -> "completed"
  SaleStateVoided -> "voided"

detail :: forall w. State -> Sale -> Array (HH.HTML w Action)
detail { me, drawer, back, toCard, restock, given } sale =
  [ receipt (paperOf me drawer.till.name sale) ]
    <> maybe [] refunded given
    <> [ HH.div [ classes "actions no-print" ] [ button "Print the receipt" "" true Print ] ]
    <> (if sale.head.state == SaleStateCompleted && may me Refund then [ form ] else [])
  where
  refunded one =
    [ HH.p [ classes "notice good no-print" ]
        [ HH.text ("Given back " <> showMoney me.organisation.currency (one.total + one.rounding) <> " · refund receipt " <> toString one.receipt) ]
    ]
  hasCard = not (null (filter (\{ method } -> method == MethodCard) sale.payments))
  form = formOf "stack panel no-print" GiveBack
    ( [ HH.h2_ [ HH.text "Give back" ] ]
        <> mapWithIndex quantity sale.lines
        <>
          [ selectField "method" "To" (if toCard then "card" else "cash")
              ([ Tuple "cash" "Cash" ] <> (if hasCard then [ Tuple "card" "The card it was paid with" ] else []))
              ToCard
          , HH.label [ classes "check" ] [ HH.input [ HP.type_ InputCheckbox, HP.checked restock, HE.onChecked Restock ], HH.text "back into stock" ]
          , HH.button [ classes "primary" ] [ HH.text "Give back" ]
          ]
    )
  quantity index { name, quantity: sold } =
    let
      position = toString (toNumber (index + 1))
    in
      amountField ("back-" <> position) (name <> ": how many of " <> toString (sold / 1000.0)) (fromMaybe "" (Object.lookup position back)) (Back position)

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Prelude.Unit
handle = case _ of
  Start -> do
    { drawer } <- H.get
    answer <- allPages (Request.listSales drawer.session.tillSessionId)
    answered answer \heads -> H.modify_ _ { heads = Just (reverse (sortWith _.createdAt heads)) }
  Show { saleId } -> do
    key <- liftEffect freshUuid
    answer <- ask (Request.readSale saleId)
    answered answer \sale -> H.modify_ _ { shown = Just sale, back = Object.empty, given = Nothing, key = key, said = Nothing } *> focus "detail"
  -- One that is open was left at a counter.
  Resume { saleId, state } -> do
    answer <- ask (if state == SaleStateOpen then Request.readSale saleId else Request.resume saleId)
    answered answer \sale -> do
      share _ { resumed = Just sale }
      liftEffect (setHash (path Sell))
  Back position text -> H.modify_ \state -> state { back = Object.insert position text state.back }
  ToCard text -> H.modify_ _ { toCard = text == "card" }
  Restock wanted -> H.modify_ _ { restock = wanted }
  GiveBack event -> stay event *> giveBack
  Print -> liftEffect print

giveBack :: forall slots output. H.HalogenM State Action slots output AppM Prelude.Unit
giveBack = do
  { shown, back, toCard, restock, drawer, key } <- H.get
  case shown, sequence (wanted restock back) of
    Just sale, Just lines | not (null lines) -> do
      let card = find (\{ method } -> method == MethodCard) sale.payments
      answer <- send key
        ( Request.refund sale.head.saleId
            { tillSessionId: drawer.session.tillSessionId
            , lines
            , method: if toCard then MethodCard else MethodCash
            , paymentId: if toCard then _.paymentId <$> card else Nothing
            }
        )
      answered answer \given -> do
        next <- liftEffect freshUuid
        H.modify_ _ { given = Just given, back = Object.empty, key = next, said = Nothing }
    _, _ -> H.modify_ _ { said = Just (Bad "Say how many pieces of at least one line come back.") }
  where
  wanted restock back = map (line restock) (filter (\(Tuple _ text) -> text /= "") (Object.toUnfoldable back))
  line restock (Tuple position text) = { position: _, quantity: _, restock } <$> readPosition position <*> readQuantity UnitKilogram text
  readPosition = map (_ / 1000.0) <<< readQuantity UnitPiece
