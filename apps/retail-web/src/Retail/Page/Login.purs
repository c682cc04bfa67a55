module Retail.Page.Login (component) where

import Prelude

import Data.Codec.Argonaut as CA
import Data.Codec.Argonaut.Record as CAR
import Data.Either (Either(..))
import Data.Maybe (Maybe(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Retail.AppM (AppM)
import Retail.Api.Request (logIn)
import Retail.Capability.Api (ask)
import Retail.Capability.Shared (share)
import Retail.Component.Html (Notice, autocomplete, classes, field, formOf, notice)
import Retail.Component.Page (focus, sayFault, stay)
import Retail.Data.Local (readLocal, writeLocal)
import Web.Event.Event (Event)

type State = { organisation :: String, email :: String, password :: String, busy :: Boolean, said :: Maybe Notice }

data Action = Start | Organisation String | Email String | Password String | Submit Event

type Remembered = { organisation :: String, email :: String }

component :: forall query input output. H.Component query input output AppM
component = H.mkComponent
  { initialState: \_ -> { organisation: "", email: "", password: "", busy: false, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render { organisation, email, password, busy, said } = HH.main [ classes "login" ]
  [ HH.h1_ [ HH.text "Log in" ]
  , formOf "stack" Submit
      [ field { id: "organisation", label: "Shop", value: organisation, kind: InputText, change: Organisation }
      , field { id: "email", label: "E-mail", value: email, kind: InputEmail, change: Email }
      , HH.div [ classes "field" ]
          [ HH.label [ HP.for "password" ] [ HH.text "Password" ]
          , HH.input [ HP.id "password", HP.type_ InputPassword, HP.value password, autocomplete "current-password", HE.onValueInput Password ]
          ]
      , HH.button [ classes "primary", HP.disabled busy ] [ HH.text (if busy then "Checking the password…" else "Log in") ]
      ]
  , notice said
  ]

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Unit
handle = case _ of
  Start -> do
    remembered <- liftEffect (readLocal rememberedCodec "login")
    case remembered of
      Just { organisation, email } -> H.modify_ _ { organisation = organisation, email = email } *> focus "password"
      Nothing -> focus "organisation"
  Organisation text -> H.modify_ _ { organisation = text }
  Email text -> H.modify_ _ { email = text }
  Password text -> H.modify_ _ { password = text }
  Submit event -> do
    stay event
    { organisation, email, password } <- H.modify _ { busy = true, said = Nothing }
    answer <- ask (logIn { organisation, email, password })
    H.modify_ _ { busy = false, password = "" }
    case answer of
      Right me -> do
        liftEffect (writeLocal rememberedCodec "login" { organisation, email })
        share _ { me = Just me }
      Left fault -> do
        said <- sayFault fault
        H.modify_ _ { said = said }
        focus "password"

rememberedCodec :: CA.JsonCodec Remembered
rememberedCodec = CA.object "Remembered" $ CAR.record { organisation: CA.string, email: CA.string }
