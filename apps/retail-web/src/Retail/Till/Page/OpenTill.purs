-- | Choosing a till and counting its float: the start of a drawer's day.
module Retail.Till.Page.OpenTill (component) where

import Prelude

import Data.Array (find, head)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), isJust, isNothing, maybe)
import Data.Tuple (Tuple(..))
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Properties as HP
import Retail.AppM (AppM)
import Retail.Api.Request (Request)
import Retail.Api.Request as Request
import Retail.Api.Types (Me, Till, TillId(..), TillSession)
import Retail.Capability.Api (ask)
import Retail.Component.Html (Notice(..), amountField, classes, formOf, notice, selectField, waiting)
import Retail.Component.Page (answered, focus, stay)
import Retail.Data.Money (currencyText, readMoney)
import Retail.Till.Drawer (openDrawer)
import Web.Event.Event (Event)

type State = { me :: Me, tills :: Maybe (Array Till), chosen :: Maybe Till, float :: String, busy :: Boolean, said :: Maybe Notice }

data Action = Start | Choose String | Float String | Submit Event

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: \me -> { me, tills: Nothing, chosen: Nothing, float: "", busy: false, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render { me, tills, chosen, float, busy, said } = HH.main [ classes "narrow" ]
  [ HH.h1_ [ HH.text "Open a till" ]
  , case tills of
      Nothing -> waiting "Asking which tills there are…"
      Just [] -> HH.p_ [ HH.text "There is no till yet. A manager adds one under Stock." ]
      Just some -> formOf "stack" Submit
        [ selectField "till" "Till" (maybeId chosen) (map option some) Choose
        , if isJust (chosen >>= _.openSession) then HH.p_ [ HH.text "Its session is open. Whatever was sold there stays in it." ]
          else amountField "float" ("Counted float in " <> currencyText me.organisation.currency) float Float
        , HH.button [ classes "primary", HP.disabled busy ]
            [ HH.text (if busy then "Opening…" else if isJust (chosen >>= _.openSession) then "Go on at this till" else "Open the till") ]
        ]
  , notice said
  ]
  where
  option { tillId: TillId id, name } = Tuple id name
  maybeId = case _ of
    Just { tillId: TillId id } -> id
    Nothing -> ""

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Unit
handle = case _ of
  Start -> do
    answer <- ask Request.listTills
    answered answer \tills -> H.modify_ _ { tills = Just tills, chosen = maybe (head tills) Just (find (isNothing <<< _.openSession) tills) } *> focus "float"
  Choose id -> H.modify_ \state -> state { chosen = state.tills >>= find \{ tillId } -> tillId == TillId id }
  Float text -> H.modify_ _ { float = text }
  Submit event -> do
    stay event
    { me, chosen, float, busy } <- H.get
    for_ chosen \till -> when (not busy) case till.openSession, readMoney me.organisation.currency float of
      Just session, _ -> enter till (Request.readSession session)
      Nothing, Just openingFloat -> enter till (Request.openTill { tillId: till.tillId, openingFloat })
      Nothing, Nothing -> H.modify_ _ { said = Just (Bad "The float is an amount, such as 200.00.") } *> focus "float"

enter :: forall slots output. Till -> Request TillSession -> H.HalogenM State Action slots output AppM Unit
enter till request = do
  { me } <- H.modify _ { busy = true, said = Nothing }
  answer <- ask request
  H.modify_ _ { busy = false }
  answered answer \session -> openDrawer me { till, session }
