-- | The drawer's day: money in and out, the count, the Z-report.
module Retail.Till.Page.Drawer (component) where

import Prelude

import Data.Array (filter, length)
import Data.Maybe (Maybe(..), maybe)
import Data.String (trim)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Properties as HP
import Retail.AppM (AppM)
import Retail.Api.Request as Request
import Retail.Api.Types (Direction(..), Me, Report, SessionState(..), TillSession)
import Retail.Capability.Api (ask)
import Retail.Capability.Shared (shared)
import Retail.Component.Html (Notice(..), amountField, button, classes, field, formOf, notice, primary, selectField)
import Retail.Component.Page (answered, focus, print, stay)
import Retail.Component.Report (reportPaper)
import Retail.Data.May (Permission(..), may)
import Retail.Data.Money (readMoney, showMoney)
import Retail.Till.Drawer (leaveDrawer, openDrawer)
import Retail.Store (OpenDrawer)
import Web.Event.Event (Event)

type Input = { me :: Me, drawer :: OpenDrawer }

type State =
  { me :: Me
  , drawer :: OpenDrawer
  , direction :: Direction
  , amount :: String
  , reason :: String
  , counted :: String
  , report :: Maybe Report
  , closed :: Boolean
  , said :: Maybe Notice
  }

data Action
  = Start
  | Towards String
  | Amount String
  | Reason String
  | Move Event
  | Counted String
  | Count Event
  | CountAgain
  | Close
  | Leave
  | Print

component :: forall query output. H.Component query Input output AppM
component = H.mkComponent
  { initialState: \{ me, drawer } ->
      { me, drawer, direction: DirectionPaidIn, amount: "", reason: "", counted: "", report: Nothing, closed: false, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render state@{ me, drawer, said, report, closed } = HH.main [ classes "page" ]
  [ HH.h1 [ classes "no-print" ] [ HH.text ("Drawer of " <> drawer.till.name) ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack no-print" ]
          if closed then [ HH.div [ classes "actions" ] [ primary "Open a till again" "" true Leave, button "Print the Z-report" "" true Print ] ]
          else if not (may me CloseTill) then [ cash state, HH.p_ [ HH.text "A supervisor counts and closes the drawer." ] ]
          else if counting then [ finish ]
          else [ cash state, count state ]
      , maybe (HH.div_ []) (reportPaper me.organisation) report
      ]
  ]
  where
  counting = drawer.session.state == SessionStateCounting
  finish = HH.div [ classes "panel stack" ]
    [ HH.h2_ [ HH.text "Counted" ]
    , HH.p [ HP.id "difference" ] [ HH.text ("Difference: " <> maybe "none" (showMoney me.organisation.currency) (report >>= _.difference)) ]
    , HH.div [ classes "actions" ] [ primary "Close the session" "" true Close, button "Go on selling" "" true CountAgain ]
    ]

cash :: forall w. State -> HH.HTML w Action
cash { direction, amount, reason } = formOf "panel stack" Move
  [ HH.h2_ [ HH.text "Cash in or out" ]
  , selectField "direction" "Direction" (if direction == DirectionPaidIn then "in" else "out") [ Tuple "in" "Into the drawer", Tuple "out" "Out of the drawer" ]
      Towards
  , amountField "moved" "Amount" amount Amount
  , field { id: "reason", label: "Reason", value: reason, kind: InputText, change: Reason }
  , HH.button [ classes "plain" ] [ HH.text "Note it" ]
  ]

count :: forall w. State -> HH.HTML w Action
count { counted } = formOf "panel stack" Count
  [ HH.h2_ [ HH.text "Close the session" ]
  , HH.p_ [ HH.text "From the count on nothing is sold, until the session is closed or goes on." ]
  , amountField "counted" "Counted cash, the float included" counted Counted
  , HH.button [ classes "primary" ] [ HH.text "Count" ]
  ]

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Unit
handle = case _ of
  Start -> do
    { me, drawer } <- H.get
    when (may me CloseTill) do
      answer <- ask (Request.report drawer.session.tillSessionId)
      answered answer \report -> H.modify_ _ { report = Just report }
  Towards text -> H.modify_ _ { direction = if text == "in" then DirectionPaidIn else DirectionPaidOut }
  Amount text -> H.modify_ _ { amount = text }
  Reason text -> H.modify_ _ { reason = text }
  Move event -> do
    stay event
    { me, drawer, direction, amount, reason } <- H.get
    case readMoney me.organisation.currency amount of
      Just money | money > 0.0, trim reason /= "" -> do
        answer <- ask (Request.moveCash drawer.session.tillSessionId { direction, amount: money, reason })
        answered answer \_ -> do
          H.modify_ _ { amount = "", reason = "", said = Just (Good "Noted.") }
          handle Start
      _ -> H.modify_ _ { said = Just (Bad "An amount, and why.") }
  Counted text -> H.modify_ _ { counted = text }
  Count event -> do
    stay event
    { me, drawer, counted } <- H.get
    { queued } <- shared
    let waiting = length (filter (\one -> one.checkout.tillSessionId == drawer.session.tillSessionId) queued)
    case readMoney me.organisation.currency counted of
      _ | waiting > 0 -> H.modify_ _ { said = Just (Bad (show waiting <> " sales of this session are not confirmed yet. Settle them before the count.")) }
      Nothing -> H.modify_ _ { said = Just (Bad "The count is an amount, such as 431.20.") } *> focus "counted"
      Just money -> do
        answer <- ask (Request.countCash drawer.session.tillSessionId { counted: money })
        answered answer \report -> do
          H.modify_ _ { report = Just report, said = Nothing }
          enter drawer.session { state = SessionStateCounting }
  CountAgain -> do
    { drawer } <- H.get
    answer <- ask (Request.reopen drawer.session.tillSessionId)
    answered answer enter
  Close -> do
    { drawer } <- H.get
    answer <- ask (Request.close drawer.session.tillSessionId)
    answered answer \report -> H.modify_ _ { report = Just report, closed = true, said = Just (Good "The session is closed.") }
  Leave -> H.gets _.me >>= leaveDrawer
  Print -> liftEffect print

enter :: forall slots output. TillSession -> H.HalogenM State Action slots output AppM Unit
enter session = do
  { me, drawer } <- H.get
  H.modify_ _ { drawer = drawer { session = session } }
  openDrawer me drawer { session = session }
