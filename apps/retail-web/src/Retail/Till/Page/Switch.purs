-- | Somebody else takes over, with a PIN.
module Retail.Till.Page.Switch (component) where

import Prelude

import Data.Either (Either(..))
import Data.Maybe (Maybe(..))
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Retail.AppM (AppM)
import Retail.Api.Request as Request
import Retail.Api.Types (Me, StaffId(..), StaffMember)
import Retail.Capability.Api (ask)
import Retail.Capability.Shared (share)
import Retail.Component.Html (Notice(..), autocomplete, classes, formOf, notice, selectField)
import Retail.Component.Page (focus, sayFault, stay)
import Web.Event.Event (Event)

type State = { me :: Me, staff :: Array StaffMember, chosen :: String, pin :: String, busy :: Boolean, said :: Maybe Notice }

data Action = Start | Choose String | Pin String | Submit Event

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: \me -> { me, staff: [], chosen: idText me.staff, pin: "", busy: false, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

idText :: StaffMember -> String
idText { staffId: StaffId text } = text

render :: forall w. State -> HH.HTML w Action
render { staff, chosen, pin, busy, said } = HH.main [ classes "narrow" ]
  [ HH.h1_ [ HH.text "Who is at the till?" ]
  , formOf "stack" Submit
      [ selectField "staff" "Name" chosen (map (\one -> Tuple (idText one) one.name) staff) Choose
      , HH.div [ classes "field amount" ]
          [ HH.label [ HP.for "pin" ] [ HH.text "PIN" ]
          , HH.input
              [ HP.id "pin", HP.type_ InputPassword, HP.attr (HH.AttrName "inputmode") "numeric", HP.value pin, autocomplete "off", HE.onValueInput Pin ]
          ]
      , HH.button [ classes "primary", HP.disabled busy ] [ HH.text (if busy then "Checking the PIN…" else "Take over") ]
      ]
  , notice said
  ]

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Unit
handle = case _ of
  Start -> do
    answer <- ask Request.listStaff
    case answer of
      Right staff -> H.modify_ _ { staff = staff }
      Left fault -> sayFault fault >>= \said -> H.modify_ _ { said = said }
    focus "pin"
  Choose id -> H.modify_ _ { chosen = id } *> focus "pin"
  Pin text -> H.modify_ _ { pin = text }
  Submit event -> do
    stay event
    { chosen, pin } <- H.modify _ { busy = true, said = Nothing }
    answer <- ask (Request.switch { staffId: StaffId chosen, pin })
    H.modify_ _ { busy = false, pin = "" }
    case answer of
      Right me -> do
        share _ { me = Just me }
        H.modify_ _ { said = Just (Good (me.staff.name <> " is at the till now.")) }
      Left fault -> do
        said <- sayFault fault
        H.modify_ _ { said = said }
        focus "pin"
