-- | The keys of the counter. A scanner is a fast keyboard: its digits go to the scan box wherever the focus is.
module Retail.Till.Page.Sell.Keys (actionFor, keyPresses) where

import Prelude

import Data.Maybe (Maybe(..))
import Effect (Effect)
import Effect.Unsafe (unsafePerformEffect)
import Halogen.Query.Event (eventListener)
import Halogen.Subscription (Emitter)
import Retail.Till.Page.Sell.State (Action(..), Stage(..))
import Web.Event.Event (preventDefault)
import Web.HTML (window)
import Web.HTML.Window as Window
import Web.UIEvent.KeyboardEvent (KeyboardEvent, altKey, ctrlKey, fromEvent, key, metaKey, toEvent)
import Web.UIEvent.KeyboardEvent.EventTypes (keydown)

-- | `scan box`, `input` or `elsewhere`: where the key was pressed.
foreign import targetOf :: KeyboardEvent -> String

foreign import focusNow :: String -> Effect Unit

keyPresses :: Emitter KeyboardEvent
keyPresses = eventListener keydown (Window.toEventTarget (unsafePerformEffect window)) fromEvent

-- | Whether the scan box is empty decides whether arrows and signs are for it or for the cart.
actionFor :: Stage -> Boolean -> KeyboardEvent -> Effect (Maybe Action)
actionFor stage empty event =
  if ctrlKey event || altKey event || metaKey event then pure Nothing
  else case stage, key event of
    Ringing, "F2" -> handled (focusNow "entry") Nothing
    Ringing, "F3" -> handled nothing (Just AskQuantity)
    Ringing, "F4" -> handled nothing (Just AskDiscount)
    Ringing, "F8" -> handled nothing (Just Park)
    Ringing, "F9" -> handled nothing (Just Pay)
    Ringing, pressed | forCart -> cartKey pressed
    Discounting _, "Escape" -> handled nothing (Just Back)
    Measuring _, "Escape" -> handled nothing (Just Back)
    Paying _, "Escape" -> handled nothing (Just Back)
    Paying _, "F10" -> handled nothing (Just ChargeCard)
    Paid _, "F8" -> handled nothing (Just Print)
    Paid _, "F2" -> handled (focusNow "entry") Nothing
    Paid _, pressed | targetOf event == "elsewhere", isDigit pressed -> focusNow "entry" $> Nothing
    _, _ -> pure Nothing
  where
  nothing = pure unit
  handled effect action = preventDefault (toEvent event) *> effect $> action
  forCart = targetOf event == "scan box" && empty || targetOf event == "elsewhere"
  cartKey = case _ of
    "ArrowDown" -> handled nothing (Just (Select 1))
    "ArrowUp" -> handled nothing (Just (Select (-1)))
    "+" -> handled nothing (Just (More 0 1000.0))
    "-" -> handled nothing (Just (More 0 (-1000.0)))
    "Delete" -> handled nothing (Just (Remove 0))
    pressed | targetOf event == "elsewhere", isDigit pressed -> focusNow "entry" $> Nothing
    _ -> pure Nothing
  isDigit pressed = pressed >= "0" && pressed <= "9"
