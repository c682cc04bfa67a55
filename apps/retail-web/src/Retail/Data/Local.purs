-- | What this browser remembers. What cannot be read is as if it were not there.
module Retail.Data.Local (readLocal, writeLocal, removeLocal, readAllLocal, countLocal) where

import Prelude

import Data.Argonaut.Core (stringify)
import Data.Argonaut.Parser (jsonParser)
import Data.Array (catMaybes, filter, range)
import Data.Array as Array
import Data.Codec.Argonaut (JsonCodec, decode, encode)
import Data.Either (hush)
import Data.Maybe (Maybe, isJust)
import Data.String (Pattern(..), stripPrefix)
import Data.Traversable (traverse)
import Effect (Effect)
import Web.HTML (window)
import Web.HTML.Window (localStorage)
import Web.Storage.Storage (Storage, getItem, key, length, removeItem, setItem)

named :: String -> String
named name = "retail." <> name

storage :: Effect Storage
storage = window >>= localStorage

readLocal :: forall a. JsonCodec a -> String -> Effect (Maybe a)
readLocal codec name = (_ >>= understood codec) <$> (storage >>= getItem (named name))

understood :: forall a. JsonCodec a -> String -> Maybe a
understood codec text = hush (jsonParser text) >>= (decode codec >>> hush)

writeLocal :: forall a. JsonCodec a -> String -> a -> Effect Unit
writeLocal codec name value = storage >>= setItem (named name) (stringify (encode codec value))

removeLocal :: String -> Effect Unit
removeLocal name = storage >>= removeItem (named name)

-- | Everything whose name begins so. Each thing has a key of its own, so that two tabs do not overwrite each other's.
readAllLocal :: forall a. JsonCodec a -> String -> Effect (Array a)
readAllLocal codec prefix = do
  names <- namesOf prefix
  store <- storage
  values <- traverse (\name -> getItem name store) names
  pure (catMaybes (map (_ >>= understood codec) values))

-- | How many of them there are.
countLocal :: String -> Effect Int
countLocal prefix = Array.length <$> namesOf prefix

namesOf :: String -> Effect (Array String)
namesOf prefix = do
  store <- storage
  count <- length store
  names <- if count == 0 then pure [] else traverse (\index -> key index store) (range 0 (count - 1))
  pure (filter (isJust <<< stripPrefix (Pattern (named prefix))) (catMaybes names))
