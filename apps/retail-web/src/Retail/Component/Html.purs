-- | The small pieces that all pages are made of.
module Retail.Component.Html (button, primary, danger, field, formOf, detailOf, notice, waiting, classes, autocomplete, amountField, selectField, Notice(..)) where

import Prelude

import Data.Maybe (Maybe, maybe)
import Data.Tuple (Tuple(..))
import DOM.HTML.Indexed.InputType (InputType(..))
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Halogen.HTML.Properties.ARIA as ARIA
import Web.Event.Event (Event)

classes :: forall r i. String -> HH.IProp (class :: String | r) i
classes = HP.class_ <<< HH.ClassName

autocomplete :: forall r i. String -> HH.IProp r i
autocomplete = HP.attr (HH.AttrName "autocomplete")

-- | What happened, for people and screen readers.
data Notice = Good String | Bad String

derive instance Eq Notice

plainButton :: forall w i. String -> String -> String -> Boolean -> i -> HH.HTML w i
plainButton look label key enabled action = HH.button
  [ classes look, HP.type_ HP.ButtonButton, HP.disabled (not enabled), HE.onClick \_ -> action ]
  ([ HH.span_ [ HH.text label ] ] <> if key == "" then [] else [ HH.kbd_ [ HH.text key ] ])

-- | Its label, its key, whether it can be pressed.
button :: forall w i. String -> String -> Boolean -> i -> HH.HTML w i
button = plainButton "plain"

primary :: forall w i. String -> String -> Boolean -> i -> HH.HTML w i
primary = plainButton "primary"

danger :: forall w i. String -> String -> Boolean -> i -> HH.HTML w i
danger = plainButton "danger"

type FieldOf i = { id :: String, label :: String, value :: String, kind :: InputType, change :: String -> i }

field :: forall w i. FieldOf i -> HH.HTML w i
field { id, label, value, kind, change } = HH.div [ classes "field" ]
  [ HH.label [ HP.for id ] [ HH.text label ]
  , HH.input
      ( [ HP.id id, HP.type_ kind, HP.value value, HE.onValueInput change, autocomplete "off" ]
      )
  ]

-- | An amount: digits, large, with the right keyboard on a phone.
amountField :: forall w i. String -> String -> String -> (String -> i) -> HH.HTML w i
amountField id label value change = HH.div [ classes "field amount" ]
  [ HH.label [ HP.for id ] [ HH.text label ]
  , HH.input [ HP.id id, HP.type_ InputText, HP.attr (HH.AttrName "inputmode") "decimal", HP.value value, HE.onValueInput change, autocomplete "off" ]
  ]

-- | Values with their labels; the first argument of the last is the value.
selectField :: forall w i. String -> String -> String -> Array (Tuple String String) -> (String -> i) -> HH.HTML w i
selectField id label chosen options change = HH.div [ classes "field" ]
  [ HH.label [ HP.for id ] [ HH.text label ]
  , HH.select [ HP.id id, HE.onValueChange change ]
      (map (\(Tuple value text) -> HH.option [ HP.value value, HP.selected (value == chosen) ] [ HH.text text ]) options)
  ]

formOf :: forall w i. String -> (Event -> i) -> Array (HH.HTML w i) -> HH.HTML w i
formOf look submit = HH.form [ classes look, HE.onSubmit submit ]

-- | What was chosen from the list beside it. Focused, it comes into view on a phone too.
detailOf :: forall w i. Array (HH.HTML w i) -> HH.HTML w i
detailOf = HH.div [ HP.id "detail", classes "stack", HP.tabIndex (-1) ]

-- | Always in the page, so that what appears in it is read out.
notice :: forall w i. Maybe Notice -> HH.HTML w i
notice said = HH.p
  [ classes (maybe "notice" look said), ARIA.role "status", ARIA.live "polite" ]
  (maybe [] (\one -> [ HH.text (text one) ]) said)
  where
  look = case _ of
    Good _ -> "notice good"
    Bad _ -> "notice bad"
  text = case _ of
    Good words -> words
    Bad words -> words

-- | What is awaited, in a sentence.
waiting :: forall w i. String -> HH.HTML w i
waiting sentence = HH.p [ classes "waiting", ARIA.role "status" ] [ HH.text sentence ]

